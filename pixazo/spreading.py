"""Several web processes take connections at one port, and whichever wakes first takes all that come
together: nginx keeps them open, and the other processes stand by. So now and then an answer is the
last of its connection, and whoever has the time takes the next one: that is who is not busy.
"""

from itertools import count

from pixazo.draining import Application, Receive, Scope, Send, for_the_last_time

EVERY = 30  # answers: to connect again takes a hundredth of what these do


class Spreading:
    """Around all of the site. One of `processes`: one alone has nobody to share with."""

    def __init__(self, application: Application, processes: int) -> None:
        self.application, self.processes = application, processes
        self.answers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_shared = scope["type"] == "http" and self.processes > 1
        if is_shared and next(self.answers) % EVERY == 0:
            send = for_the_last_time(send)
        await self.application(scope, receive, send)
