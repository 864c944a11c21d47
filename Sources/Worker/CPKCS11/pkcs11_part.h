// The part of PKCS#11 2.40 (OASIS) that is used here, in our own words: types, numbers and the
// places of the functions in the list that a module hands out.
#ifndef MSSTERM_PKCS11_PART_H
#define MSSTERM_PKCS11_PART_H

typedef unsigned char ck_byte;
typedef unsigned long ck_ulong;
typedef ck_ulong ck_rv;

typedef struct {
  ck_byte major, minor;
} ck_version;

typedef struct {
  ck_byte label[32], manufacturer[32], model[16], serial[16];
  ck_ulong flags;
  // Session counts, PIN lengths and memory sizes.
  ck_ulong numbers[10];
  ck_version hardware, firmware;
  ck_byte utc_time[16];
} ck_token_info;

typedef struct {
  ck_ulong type;
  void *value;
  ck_ulong length;
} ck_attribute;

typedef struct {
  ck_ulong mechanism;
  void *parameter;
  ck_ulong length;
} ck_mechanism;

typedef struct {
  ck_ulong least, most, flags;
} ck_mechanism_info;

typedef struct {
  ck_ulong hash, mask, salt_length;
} ck_pss_parameters;

typedef struct {
  void *create_mutex, *destroy_mutex, *lock_mutex, *unlock_mutex;
  ck_ulong flags;
  void *reserved;
} ck_initialize_arguments;

typedef void (*ck_unused)(void);

typedef struct {
  ck_version version;
  ck_rv (*initialize)(void *arguments);
  ck_rv (*finalize)(void *reserved);
  ck_unused get_info, get_function_list;
  ck_rv (*get_slot_list)(ck_byte present, ck_ulong *slots, ck_ulong *count);
  ck_unused get_slot_info;
  ck_rv (*get_token_info)(ck_ulong slot, ck_token_info *info);
  ck_unused get_mechanism_list;
  ck_rv (*get_mechanism_info)(ck_ulong slot, ck_ulong type, ck_mechanism_info *info);
  ck_unused init_token, init_pin, set_pin;
  ck_rv (*open_session)(ck_ulong slot, ck_ulong flags, void *context, void *notify,
                        ck_ulong *session);
  ck_rv (*close_session)(ck_ulong session);
  ck_unused close_all_sessions, get_session_info, get_operation_state, set_operation_state;
  ck_rv (*login)(ck_ulong session, ck_ulong user, const ck_byte *pin, ck_ulong length);
  ck_unused logout, create_object, copy_object, destroy_object, get_object_size;
  ck_rv (*get_attribute_value)(ck_ulong session, ck_ulong object, ck_attribute *wanted,
                               ck_ulong count);
  ck_unused set_attribute_value;
  ck_rv (*find_objects_init)(ck_ulong session, ck_attribute *wanted, ck_ulong count);
  ck_rv (*find_objects)(ck_ulong session, ck_ulong *objects, ck_ulong most, ck_ulong *count);
  ck_rv (*find_objects_final)(ck_ulong session);
  ck_unused encrypt[4], decrypt[4], digest[5];
  ck_rv (*sign_init)(ck_ulong session, ck_mechanism *mechanism, ck_ulong key);
  ck_rv (*sign)(ck_ulong session, const ck_byte *data, ck_ulong length, ck_byte *signature,
                ck_ulong *signature_length);
  // More follow, which are not called.
} ck_functions;

enum {
  CK_OK = 0,
  CK_DEVICE_ERROR = 0x30,
  CK_DEVICE_REMOVED = 0x32,
  CK_KEY_HANDLE_INVALID = 0x60,
  CK_OBJECT_HANDLE_INVALID = 0x82,
  CK_PIN_INCORRECT = 0xA0,
  CK_PIN_INVALID = 0xA1,
  CK_PIN_LENGTH = 0xA2,
  CK_PIN_EXPIRED = 0xA3,
  CK_PIN_LOCKED = 0xA4,
  CK_SESSION_CLOSED = 0xB0,
  CK_SESSION_HANDLE_INVALID = 0xB3,
  CK_TOKEN_NOT_PRESENT = 0xE0,
  CK_TOKEN_NOT_RECOGNIZED = 0xE1,
  CK_USER_ALREADY_LOGGED_IN = 0x100,
  CK_USER_NOT_LOGGED_IN = 0x101,
  CK_ALREADY_INITIALIZED = 0x191,

  CK_USER = 1,
  CK_SERIAL_SESSION = 4,
  CK_OS_LOCKING = 2,
  CK_MAY_SIGN = 0x800,

  CK_LOGIN_REQUIRED = 0x4,
  CK_OWN_PIN_PAD = 0x100,
  CK_TOKEN_INITIALIZED = 0x400,
  CK_PIN_FINAL_TRY = 0x20000,
  CK_PIN_IS_LOCKED = 0x40000,

  CK_CLASS = 0,
  CK_LABEL = 3,
  CK_VALUE = 0x11,
  CK_CERTIFICATE_TYPE = 0x80,
  CK_ID = 0x102,
  CK_ALWAYS_AUTHENTICATE = 0x202,
  CK_CERTIFICATE = 1,
  CK_PRIVATE_KEY = 3,
  CK_X509 = 0,

  CK_RSA_PKCS1 = 0x1,
  CK_RSA_PSS = 0xD,
  CK_ECDSA = 0x1041,
  CK_SHA256 = 0x250,
  CK_SHA384 = 0x260,
  CK_SHA512 = 0x270,
};

#endif
