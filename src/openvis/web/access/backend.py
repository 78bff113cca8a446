"""Who a local account lets in. Django asks this at every request, not only at sign-in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class LocalAccounts(AuthenticationBackend):
    """E-mail address and password; an account that is closed or past its last day opens nothing, from that moment."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and not user.lapsed

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """No rights come from an account: there are no groups and no superuser here, only the rules of the apps."""
        return False
