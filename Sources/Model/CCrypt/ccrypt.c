int mss_crypt_placeholder(void) { return 0; }
