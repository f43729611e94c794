"""What all pages share: errors as HTTP, security headers, forgery protection, logins, templates and static files."""
