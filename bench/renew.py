"""How a file grows and what a renewal costs, over thirty years: `python -m bench.renew`.

Twelve timestamps of a trial service with P-256 keys (P-384 from 2046); sizes are those of its certificates, tokens and
responses, and move with the authority. Times are CPU seconds of this process, with the loopback servers in it.
"""

import time

from tests.pades import decades
from tests.standins.succession import Succession
from warifu.pades import renewal, validation
from warifu.pades.transports import wire


def main() -> None:
    """Walk, and print one line for each renewal."""
    line = wire.Wire()
    with Succession(decades.november(decades.SEALED_IN)) as world:
        service = decades.Trust(world, line)
        service.begin()
        size, cpu = 0, time.process_time()

        def note(year: int, renewed: renewal.Renewed) -> None:
            nonlocal size, cpu
            grown, size = len(renewed.content) - size if size else 0, len(renewed.content)
            now = time.process_time()
            print(f"{year}  {size:>9,} bytes  +{grown:>6,}  {now - cpu:5.2f} s  until {renewed.until.moment:%Y-%m-%d}")
            cpu = now

        kept = decades.walk(service, note=note)
        final = kept[max(kept)]
        start = time.process_time()
        report = validation.validate(final, trust=service.anchors, at=world.now, details=False)
        print(f"offline validation of {len(report.signatures)} signatures: {time.process_time() - start:.2f} s CPU")
    line.close()


if __name__ == "__main__":
    main()
