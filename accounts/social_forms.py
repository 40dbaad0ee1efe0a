"""Where somebody who comes from another site says by which name they are known here."""

from allauth.socialaccount.forms import SignupForm

from accounts.address_forms import only_said


class NewcomerForm(SignupForm):
    @property
    def vouched(self) -> str:
        """The address that the other site says is theirs: no other is taken in its place."""
        known = self.sociallogin.email_addresses
        return next((each.email for each in known if each.verified), "")

    def clean_email(self) -> str:
        if self.vouched:
            self.cleaned_data["email"] = self.vouched
        only_said(self.cleaned_data["email"]).delete()
        email: str = super().clean_email()
        return email
