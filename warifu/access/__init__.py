"""Who comes in, and what they may do 認証・権限・招待."""
