"""Writing and reviewing guidelines in the browser.

states     what a draft is (草稿 … 已发布) and the only way from one state to another; what is approved, for publishing
drafts     made, read, saved; every saved state kept
merge      two officers at one draft: what both changed is shown to the second with both texts
form       the fields of the page <-> rag.content.Document
overtaken  corrections of the version before that a new version has not, and how they are brought in
placed     a draft as part of the content: checked, compared, shown, asked
"""
