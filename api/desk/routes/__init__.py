"""The pages of the desk, one module a subject."""

from api.desk.routes import accounts, home, inbox, publish, replies, signin, trail

ROUTERS = (
    signin.router,
    home.router,
    inbox.router,
    publish.router,
    replies.router,
    accounts.router,
    trail.router,
)
