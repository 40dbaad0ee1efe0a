"""Steps are reported when the device has taken them, and looking at one lets it go on meanwhile.

On a CUDA device a pipeline only queues its work. A report that waits for the step just queued would
leave the device idle until the next is queued; so each step is reported while the next one runs,
and its preview is made in a stream of its own.
"""

from collections.abc import Callable
from typing import Any

from generation.providers.base import Preview, Report


class Pace:
    def __init__(self, report: Report, device: str) -> None:
        self.report = report
        self.stream = _side_stream(device)
        self.before: tuple[Any, int, Preview] | None = None

    def step(self, number: int, is_last: bool, look: Callable[[], Preview]) -> None:
        """Step `number` is done, or, on a CUDA device, queued. `look` notes what is there now."""
        if self.stream is None:
            self.report(number, look())
            return
        import torch

        done = torch.cuda.Event()
        done.record()
        before, self.before = self.before, (done, number, look())
        if before:
            event, number_before, preview = before
            event.synchronize()
            self.report(number_before, self._aside(event, preview))
        if is_last:
            # Nothing is queued after it that could run dry: the decoder follows at once.
            self.report(number, None)

    def _aside(self, event: Any, preview: Preview) -> Preview:
        def make(number: int) -> Any:
            import torch

            with torch.cuda.stream(self.stream):
                self.stream.wait_event(event)
                return preview(number)

        return make


def _side_stream(device: str) -> Any:
    if not device.startswith("cuda"):
        return None
    import torch

    return torch.cuda.Stream(device)
