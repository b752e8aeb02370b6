"""Signing in with the identity provider of a municipality: OpenID Connect and SAML 2.0 職員認証連携."""
