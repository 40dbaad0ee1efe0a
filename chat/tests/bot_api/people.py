"""People with a Telegram account: what they do there, and what they see."""

from chat.tests.bot_api.wire import BOT


class Person:
    """Somebody with a Telegram account, in their private chat with the bot."""

    def __init__(self, server, number, name, language="en"):
        self.server, self.id, self.name, self.language = server, number, name, language

    @property
    def user(self):
        names = {"first_name": self.name.title(), "username": self.name}
        return {"id": self.id, "is_bot": False, "language_code": self.language, **names}

    @property
    def chat(self):
        return {"id": self.id, "type": "private", "first_name": self.name.title()}

    def write(self, text, **more):
        return self._send(text=text, entities=_entities(text), **more)

    def send_photo(self, content, caption="", **more):
        sizes = self.server.keep_photo(content)
        return self._send(photo=sizes, **({"caption": caption} if caption else {}), **more)

    def send_file(self, content, name, kind, caption=""):
        file = self.server.keep_file(content, f"documents/{name}")
        document = {**file, "file_name": name, "mime_type": kind}
        return self._send(document=document, **({"caption": caption} if caption else {}))

    def press(self, text, message=None):
        """The last button that bears this text, or that of one message."""
        found = [message] if message else list(reversed(self.messages))
        for each in found:
            for row in (each.get("reply_markup") or {}).get("inline_keyboard", []):
                for button in row:
                    if text in button["text"]:
                        return self.press_data(button["callback_data"], each)
        raise AssertionError(f"no button {text!r} in {self.texts}")

    def press_data(self, data, message):
        press = {"id": str(self.server.number()), "from": self.user, "message": message}
        self.server.presses.add(press["id"])
        return self.server.tell(callback_query={**press, "chat_instance": "9", "data": data})

    def block(self, blocks=True):
        (self.server.blocked.add if blocks else self.server.blocked.discard)(self.id)
        member = {"user": BOT, "status": "kicked" if blocks else "member"}
        if blocks:
            member["until_date"] = 0
        other = {"user": BOT, "status": "member"}
        told = {"chat": self.chat, "from": self.user, "date": 1_790_000_000}
        return self.server.tell(
            my_chat_member={**told, "old_chat_member": other, "new_chat_member": member}
        )

    @property
    def messages(self):
        """What the bot said here, in its order."""
        return [each for each in self.server.chats[self.id] if each["from"]["is_bot"]]

    @property
    def texts(self):
        return [each.get("text") or each.get("caption") or "" for each in self.messages]

    @property
    def photos(self):
        return [each for each in self.messages if "photo" in each]

    @property
    def documents(self):
        return [each for each in self.messages if "document" in each]

    def _send(self, **parts):
        message = self.server.message(self.chat, self.user, **parts)
        return self.server.tell(message=message)


def _entities(text):
    if not text.startswith("/"):
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
