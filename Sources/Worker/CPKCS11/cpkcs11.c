// One token, one certificate, one key, over a module that is loaded when it is asked for. Answers
// of the module are bounded: counts, lengths and the number of objects that are looked at.
#include "cpkcs11.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "pkcs11_part.h"

enum { SLOTS = 64, OBJECTS = 64, ID_BYTES = 256, CERTIFICATE_BYTES = 64 * 1024 };

struct mss_card {
  const ck_functions *module;
  ck_ulong slot, flags, session, key;
  int has_session;
  unsigned char *certificate;
  size_t certificate_length;
};

// Cards are opened one at a time, and a module is started anew only while no card is open.
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int live;

static int problem(ck_rv code) {
  switch (code) {
    case CK_OK: return MSS_CARD_OK;
    case CK_PIN_INCORRECT:
    case CK_PIN_INVALID:
    case CK_PIN_LENGTH:
    case CK_PIN_EXPIRED: return MSS_CARD_PIN;
    case CK_PIN_LOCKED: return MSS_CARD_LOCKED;
    case CK_DEVICE_ERROR:
    case CK_DEVICE_REMOVED:
    case CK_KEY_HANDLE_INVALID:
    case CK_OBJECT_HANDLE_INVALID:
    case CK_SESSION_CLOSED:
    case CK_SESSION_HANDLE_INVALID:
    case CK_TOKEN_NOT_PRESENT:
    case CK_TOKEN_NOT_RECOGNIZED:
    case CK_USER_NOT_LOGGED_IN: return MSS_CARD_ABSENT;
    default: return MSS_CARD_FAILED;
  }
}

static ck_rv start(const ck_functions *module) {
  ck_initialize_arguments arguments = {.flags = CK_OS_LOCKING};
  return module->initialize(&arguments);
}

static const ck_functions *load(const char *path, int *was_running) {
  // Never closed again: a module may have threads, and may be open for another BAL.
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return NULL;
  ck_rv (*list)(const ck_functions **) = NULL;
  // POSIX: an object pointer of dlsym may be copied into a function pointer.
  *(void **)&list = dlsym(library, "C_GetFunctionList");
  const ck_functions *module = NULL;
  if (list == NULL || list(&module) != CK_OK || module == NULL) return NULL;
  ck_rv code = start(module);
  *was_running = code == CK_ALREADY_INITIALIZED;
  return code == CK_OK || *was_running ? module : NULL;
}

// Token fields are filled up with spaces.
static int is_named(const ck_byte *field, size_t size, const char *name) {
  if (name == NULL) return 1;
  size_t length = strlen(name);
  if (length > size || memcmp(field, name, length) != 0) return 0;
  for (size_t i = length; i < size; i++) {
    if (field[i] != ' ' && field[i] != 0) return 0;
  }
  return 1;
}

static int find_token(mss_card *card, const mss_card_wish *wish) {
  ck_ulong slots[SLOTS], count = SLOTS, found = 0;
  if (card->module->get_slot_list(1, slots, &count) != CK_OK) return MSS_CARD_FAILED;
  for (ck_ulong i = 0; i < count && i < SLOTS; i++) {
    ck_token_info info = {0};
    if (card->module->get_token_info(slots[i], &info) != CK_OK) continue;
    if (!(info.flags & CK_TOKEN_INITIALIZED)) continue;
    if (!is_named(info.label, sizeof info.label, wish->token)) continue;
    if (!is_named(info.serial, sizeof info.serial, wish->serial)) continue;
    found++;
    card->slot = slots[i];
    card->flags = info.flags;
  }
  if (found == 0) return MSS_CARD_ABSENT;
  return found == 1 ? MSS_CARD_OK : MSS_CARD_AMBIGUOUS;
}

static int log_in(mss_card *card, const char *pin, size_t pin_length) {
  ck_ulong flags = card->flags;
  if (!(flags & CK_LOGIN_REQUIRED)) return MSS_CARD_OK;
  if (flags & (CK_PIN_IS_LOCKED | CK_PIN_FINAL_TRY)) return MSS_CARD_LOCKED;
  if (pin == NULL && !(flags & CK_OWN_PIN_PAD)) return MSS_CARD_PIN;
  ck_rv code = card->module->login(card->session, CK_USER, (const ck_byte *)pin, pin_length);
  return code == CK_USER_ALREADY_LOGGED_IN ? MSS_CARD_OK : problem(code);
}

// The objects of a class with this label and id; a NULL means any.
static int find(mss_card *card, ck_ulong class, const char *label, const ck_byte *id,
                size_t id_length, ck_ulong *objects, ck_ulong *count) {
  ck_attribute wanted[3] = {{CK_CLASS, &class, sizeof class}};
  ck_ulong size = 1;
  // The interface is not const, but a search only reads.
  if (label != NULL) wanted[size++] = (ck_attribute){CK_LABEL, (void *)label, strlen(label)};
  if (id != NULL) wanted[size++] = (ck_attribute){CK_ID, (void *)id, id_length};
  ck_rv code = card->module->find_objects_init(card->session, wanted, size);
  if (code != CK_OK) return problem(code);
  code = card->module->find_objects(card->session, objects, OBJECTS, count);
  card->module->find_objects_final(card->session);
  if (*count > OBJECTS) *count = OBJECTS;
  return problem(code);
}

// 1 when the attribute is there, is not empty and fits.
static int read_attribute(mss_card *card, ck_ulong object, ck_ulong type, ck_byte *value,
                          ck_ulong *length) {
  ck_attribute wanted = {type, value, *length};
  if (card->module->get_attribute_value(card->session, object, &wanted, 1) != CK_OK) return 0;
  if (wanted.length == 0 || wanted.length > *length) return 0;
  *length = wanted.length;
  return 1;
}

static int take_certificate(mss_card *card, ck_ulong object) {
  ck_ulong length = CERTIFICATE_BYTES;
  ck_byte *bytes = malloc(length);
  if (bytes == NULL) return MSS_CARD_FAILED;
  if (!read_attribute(card, object, CK_VALUE, bytes, &length)) {
    free(bytes);
    return MSS_CARD_NO_KEY;
  }
  free(card->certificate);
  card->certificate = bytes;
  card->certificate_length = length;
  return MSS_CARD_OK;
}

// A certificate and the key that has the same id: exactly one such pair must fit. The label and id
// of the wish may be those of either.
static int find_pair(mss_card *card, const mss_card_wish *wish, ck_ulong first) {
  ck_ulong second = first == CK_CERTIFICATE ? CK_PRIVATE_KEY : CK_CERTIFICATE;
  ck_ulong objects[OBJECTS], count = 0, pairs = 0, certificate = 0;
  int code = find(card, first, wish->object, wish->id, wish->id_length, objects, &count);
  if (code != MSS_CARD_OK) return code;
  for (ck_ulong i = 0; i < count; i++) {
    ck_byte id[ID_BYTES];
    ck_ulong length = sizeof id, others[OBJECTS], found = 0;
    if (!read_attribute(card, objects[i], CK_ID, id, &length)) continue;
    code = find(card, second, NULL, id, length, others, &found);
    if (code != MSS_CARD_OK) return code;
    if (found == 0) continue;
    pairs += found;
    certificate = first == CK_CERTIFICATE ? objects[i] : others[0];
    card->key = first == CK_CERTIFICATE ? others[0] : objects[i];
  }
  if (pairs == 0) return MSS_CARD_NO_KEY;
  return pairs == 1 ? take_certificate(card, certificate) : MSS_CARD_AMBIGUOUS;
}

static int open_card(mss_card *card, const mss_card_wish *wish, const char *pin,
                     size_t pin_length) {
  ck_rv opened =
      card->module->open_session(card->slot, CK_SERIAL_SESSION, NULL, NULL, &card->session);
  if (opened != CK_OK) return problem(opened);
  card->has_session = 1;
  live++;
  int code = log_in(card, pin, pin_length);
  if (code != MSS_CARD_OK) return code;
  code = find_pair(card, wish, CK_CERTIFICATE);
  if (code == MSS_CARD_NO_KEY) code = find_pair(card, wish, CK_PRIVATE_KEY);
  if (code != MSS_CARD_OK) return code;
  ck_byte always = 0;
  ck_ulong length = sizeof always;
  if (read_attribute(card, card->key, CK_ALWAYS_AUTHENTICATE, &always, &length) && always) {
    return MSS_CARD_UNSUPPORTED;
  }
  return MSS_CARD_OK;
}

int mss_card_open(const char *module, const mss_card_wish *wish, const char *pin,
                  size_t pin_length, mss_card **card) {
  mss_card *made = calloc(1, sizeof *made);
  if (made == NULL) return MSS_CARD_FAILED;
  pthread_mutex_lock(&gate);
  int was_running = 0;
  made->module = load(module, &was_running);
  int code = MSS_CARD_MODULE;
  if (made->module != NULL) code = find_token(made, wish);
  // Some modules do not see a card again that was taken out, or a reader that was plugged in.
  if (code == MSS_CARD_ABSENT && was_running && live == 0) {
    made->module->finalize(NULL);
    code = start(made->module) == CK_OK ? find_token(made, wish) : MSS_CARD_MODULE;
  }
  if (code == MSS_CARD_OK) code = open_card(made, wish, pin, pin_length);
  pthread_mutex_unlock(&gate);
  if (code == MSS_CARD_OK) {
    *card = made;
  } else {
    mss_card_close(made);
  }
  return code;
}

const unsigned char *mss_card_certificate(const mss_card *card, size_t *length) {
  *length = card->certificate_length;
  return card->certificate;
}

static ck_ulong mechanism(enum mss_card_scheme scheme) {
  switch (scheme) {
    case MSS_CARD_PSS: return CK_RSA_PSS;
    case MSS_CARD_ECDSA: return CK_ECDSA;
    default: return CK_RSA_PKCS1;
  }
}

int mss_card_offers(const mss_card *card, enum mss_card_scheme scheme) {
  ck_mechanism_info info = {0};
  if (card->module->get_mechanism_info(card->slot, mechanism(scheme), &info) != CK_OK) return 0;
  return (info.flags & CK_MAY_SIGN) != 0;
}

// The last session of a token that ends logs out.
static void end_session(mss_card *card) {
  if (!card->has_session) return;
  card->has_session = 0;
  pthread_mutex_lock(&gate);
  card->module->close_session(card->session);
  live--;
  pthread_mutex_unlock(&gate);
}

int mss_card_sign(mss_card *card, enum mss_card_scheme scheme, unsigned bits,
                  const unsigned char *data, size_t data_length, unsigned char *signature,
                  size_t *length) {
  // The mask function has the number of its hash in another list: SHA-256, -384, -512 are 2, 3, 4.
  ck_pss_parameters pss = {
      .hash = bits == 256 ? CK_SHA256 : bits == 384 ? CK_SHA384 : CK_SHA512,
      .mask = bits == 256 ? 2 : bits == 384 ? 3 : 4,
      .salt_length = bits / 8,
  };
  ck_mechanism how = {mechanism(scheme), NULL, 0};
  if (scheme == MSS_CARD_PSS) {
    how.parameter = &pss;
    how.length = sizeof pss;
  }
  if (!card->has_session) return MSS_CARD_ABSENT;
  ck_ulong written = *length;
  ck_rv code = card->module->sign_init(card->session, &how, card->key);
  if (code == CK_OK) {
    code = card->module->sign(card->session, data, data_length, signature, &written);
  }
  if (problem(code) == MSS_CARD_ABSENT) end_session(card);
  if (code == CK_OK && written > *length) return MSS_CARD_FAILED;
  *length = written;
  return problem(code);
}

void mss_card_close(mss_card *card) {
  if (card == NULL) return;
  end_session(card);
  free(card->certificate);
  free(card);
}
