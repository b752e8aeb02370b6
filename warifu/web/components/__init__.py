"""The parts that pages are put together from 画面の部品."""
