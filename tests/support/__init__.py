"""What several kinds of tests share: a database server, a page checker, a phone, a real server."""
