"""The pages of the desk, one module a subject."""

from api.desk.routes import accounts, draft, home, inbox, replies, review, signin, trail, writing

ROUTERS = (
    signin.router,
    home.router,
    writing.router,
    draft.router,
    review.router,
    inbox.router,
    replies.router,
    accounts.router,
    trail.router,
)
