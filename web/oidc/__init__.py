"""OpenID Connect: an office's own sign-in, where configured, by the code flow with PKCE; only here we ask others."""
