from accounts.models.api_key import ApiKey, CapReached
from accounts.models.correspondent import Correspondent
from accounts.models.data_export import DataExport
from accounts.models.delivery import Delivery
from accounts.models.departure import Departure
from accounts.models.invite_code import InviteCode
from accounts.models.notice import Notice
from accounts.models.page_view import PageView
from accounts.models.preference import Preference
from accounts.models.received_mail import ReceivedMail
from accounts.models.staff_act import StaffAct
from accounts.models.ticket import Ticket
from accounts.models.ticket_event import TicketEvent
from accounts.models.ticket_message import TicketFile, TicketMessage
from accounts.models.user import User
from accounts.models.webhook import Webhook

__all__ = [
    "ApiKey",
    "CapReached",
    "Correspondent",
    "DataExport",
    "Delivery",
    "Departure",
    "InviteCode",
    "Notice",
    "PageView",
    "Preference",
    "ReceivedMail",
    "StaffAct",
    "Ticket",
    "TicketEvent",
    "TicketFile",
    "TicketMessage",
    "User",
    "Webhook",
]
