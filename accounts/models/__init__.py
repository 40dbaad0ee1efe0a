from accounts.models.api_key import ApiKey, CapReached
from accounts.models.departure import Departure
from accounts.models.notice import Notice
from accounts.models.preference import Preference
from accounts.models.user import User

__all__ = ["ApiKey", "CapReached", "Departure", "Notice", "Preference", "User"]
