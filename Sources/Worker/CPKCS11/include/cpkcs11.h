// The hatch to a card reader: one token, one certificate and the key beside it, through the PKCS#11
// module that the administrator named. The key never leaves the token.
#ifndef MSSTERM_CPKCS11_H
#define MSSTERM_CPKCS11_H

#include <stddef.h>

// What went wrong; 0 is success.
enum mss_card_problem {
  MSS_CARD_OK = 0,
  // The module cannot be loaded or started.
  MSS_CARD_MODULE,
  // No token is there that fits, or it was taken out.
  MSS_CARD_ABSENT,
  // Several tokens, or several keys with a certificate, fit: nothing is tried on any of them.
  MSS_CARD_AMBIGUOUS,
  // The PIN was refused, or is needed and not given.
  MSS_CARD_PIN,
  // The PIN is locked, or the next wrong one would lock it: not tried.
  MSS_CARD_LOCKED,
  // No certificate with a key beside it.
  MSS_CARD_NO_KEY,
  // The key asks for the PIN at each signature: no machine may keep a PIN.
  MSS_CARD_UNSUPPORTED,
  MSS_CARD_FAILED
};

// How a signature is made; the first two are for RSA keys.
enum mss_card_scheme { MSS_CARD_PKCS1 = 0, MSS_CARD_PSS, MSS_CARD_ECDSA };

typedef struct mss_card mss_card;

// What is looked for (RFC 7512): NULL means any. Strings end with NUL.
typedef struct {
  const char *token;
  const char *serial;
  const char *object;
  const unsigned char *id;
  size_t id_length;
} mss_card_wish;

// Opens the module, the one token that fits, and logs in with at most one attempt. `pin` may be
// NULL for a reader with its own keys, or a token without login. Blocks as long as the module does;
// one thread at a time. On success `*card` belongs to the caller.
int mss_card_open(const char *module, const mss_card_wish *wish, const char *pin,
                  size_t pin_length, mss_card **card);

// The certificate, DER; valid until the card is closed.
const unsigned char *mss_card_certificate(const mss_card *card, size_t *length);

// 1 when the token makes such signatures.
int mss_card_offers(const mss_card *card, enum mss_card_scheme scheme);

// Signs a digest of `bits` (256, 384, 512); for PKCS1 the caller has put it into its DigestInfo.
// `*length` is the room of `signature` before and what was written after.
int mss_card_sign(mss_card *card, enum mss_card_scheme scheme, unsigned bits,
                  const unsigned char *data, size_t data_length, unsigned char *signature,
                  size_t *length);

// Ends the session. The module stays loaded: it may have threads of its own.
void mss_card_close(mss_card *card);

#endif
