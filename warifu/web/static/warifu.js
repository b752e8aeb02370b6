// Made by bin/build-assets from warifu/web/components; change the parts, not this file.
