// Transfer encodings and charsets. Base64 is our own: attachments are most of a mailbox, and their
// size and damage must be known without decoding them.
#include <errno.h>
#include <gmime/gmime.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const int8_t alphabet[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

size_t cmime_base64_end(cmime_base64 *state, uint8_t *out) {
  size_t written = 0;
  if (state->count == 1) state->broken++;
  if (state->count >= 2) {
    uint32_t bits = state->bits << (6 * (4 - state->count));
    out[written++] = (uint8_t)(bits >> 16);
    if (state->count == 3) out[written++] = (uint8_t)(bits >> 8);
  }
  state->bits = state->count = 0;
  return written;
}

// One byte of input; a "=" ends a quad, so concatenated encodings decode to concatenated bytes.
static size_t base64_slow(cmime_base64 *state, uint8_t c, uint8_t *out) {
  if (c <= ' ') return 0;
  if (c == '=') {
    state->padded = 1;
    return cmime_base64_end(state, out);
  }
  int value = alphabet[c] - 1;
  if (value < 0) {
    state->broken++;
    return 0;
  }
  state->bits = state->bits << 6 | (uint32_t)value;
  if (++state->count < 4) return 0;
  out[0] = (uint8_t)(state->bits >> 16);
  out[1] = (uint8_t)(state->bits >> 8);
  out[2] = (uint8_t)state->bits;
  state->bits = state->count = 0;
  return 3;
}

size_t cmime_base64_step(cmime_base64 *state, const uint8_t *in, size_t length, uint8_t *out) {
  uint8_t *write = out;
  size_t i = 0;
  while (i < length) {
    while (state->count == 0 && i + 4 <= length) {
      int a = alphabet[in[i]], b = alphabet[in[i + 1]];
      int c = alphabet[in[i + 2]], d = alphabet[in[i + 3]];
      if (a == 0 || b == 0 || c == 0 || d == 0) break;
      uint32_t bits = (uint32_t)(a - 1) << 18 | (uint32_t)(b - 1) << 12 | (uint32_t)(c - 1) << 6
          | (uint32_t)(d - 1);
      write[0] = (uint8_t)(bits >> 16);
      write[1] = (uint8_t)(bits >> 8);
      write[2] = (uint8_t)bits;
      write += 3;
      i += 4;
    }
    if (i < length) write += base64_slow(state, in[i++], write);
  }
  return (size_t)(write - out);
}

uint64_t cmime_base64_size(const uint8_t *in, size_t length, uint64_t *broken) {
  uint64_t good = 0, blank = 0, pads = 0;
  // Blocks of 255 let the compiler count in bytes.
  for (size_t at = 0; at < length; at += 255) {
    size_t stop = length - at < 255 ? length : at + 255;
    uint8_t g = 0, b = 0, p = 0;
    for (size_t i = at; i < stop; i++) {
      uint8_t c = in[i], lower = c | 0x20;
      g += (uint8_t)((uint8_t)(lower - 'a') < 26) + (uint8_t)((uint8_t)(c - '0') < 10)
          + (uint8_t)(c == '+') + (uint8_t)(c == '/');
      b += (uint8_t)(c <= ' ');
      p += (uint8_t)(c == '=');
    }
    good += g;
    blank += b;
    pads += p;
  }
  *broken = length - good - blank - pads;
  uint64_t last = 0;
  for (size_t at = length; at > 0 && (in[at - 1] <= ' ' || in[at - 1] == '='); at--) {
    last += in[at - 1] == '=';
  }
  if (pads > last) {
    // Padding in the middle: only a walk knows.
    cmime_base64 state = {0};
    uint8_t scratch[3 * 1024 + 3];
    uint64_t size = 0;
    for (size_t at = 0; at < length; at += 4096) {
      size += cmime_base64_step(&state, in + at, length - at < 4096 ? length - at : 4096, scratch);
    }
    size += cmime_base64_end(&state, scratch);
    *broken = state.broken;
    return size;
  }
  if (good % 4 == 1) (*broken)++;
  return good / 4 * 3 + (good % 4 > 1 ? good % 4 - 1 : 0);
}

static int hex(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

size_t cmime_quoted_decode(const uint8_t *in, size_t length, uint8_t *out, uint64_t *broken) {
  size_t written = 0, keep = 0;  // `keep`: trailing blanks before it were encoded and stay
  for (size_t i = 0; i < length; i++) {
    uint8_t c = in[i];
    if (c == '\n') {
      bool carriage = written > keep && out[written - 1] == '\r';
      if (carriage) written--;
      while (written > keep && (out[written - 1] == ' ' || out[written - 1] == '\t')) written--;
      if (carriage) out[written++] = '\r';
      out[written++] = '\n';
      keep = written;
      continue;
    }
    if (c != '=') {
      out[written++] = c;
      continue;
    }
    size_t rest = i + 1;
    while (rest < length && (in[rest] == ' ' || in[rest] == '\t')) rest++;
    if (rest < length && in[rest] == '\r' && rest + 1 < length && in[rest + 1] == '\n') rest++;
    if (rest >= length || in[rest] == '\n' || (in[rest] == '\r' && rest + 1 == length)) {
      // Soft line end. At the very end of the bytes it is a torn escape just as well.
      i = rest;
      keep = written;
      continue;
    }
    int high = hex(in[i + 1]), low = i + 2 < length ? hex(in[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      out[written++] = (uint8_t)(high << 4 | low);
      keep = written;
      i += 2;
    } else {
      (*broken)++;
      if (high >= 0 && i + 2 >= length) break;  // torn by the end of the bytes
      out[written++] = c;
    }
  }
  return written;
}

size_t cmime_uu_decode(const uint8_t *in, size_t length, uint8_t *out, uint64_t *broken) {
  size_t at = 0, written = 0;
  while (at < length && (length - at < 6 || memcmp(in + at, "begin ", 6) != 0)) {
    at = cmime_next_line(in, at, length);
  }
  if (at >= length) {
    (*broken)++;
    return 0;
  }
  bool ended = false;
  for (at = cmime_next_line(in, at, length); at < length && !ended;) {
    size_t next = cmime_next_line(in, at, length);
    if (length - at >= 3 && memcmp(in + at, "end", 3) == 0) {
      ended = true;
      break;
    }
    size_t want = (in[at] - 32u) & 63u;
    const uint8_t *group = in + at + 1;
    for (size_t done = 0; done < want; done += 3, group += 4) {
      if (group + 4 > in + next) {
        (*broken)++;
        break;
      }
      uint32_t bits = ((group[0] - 32u) & 63u) << 18 | ((group[1] - 32u) & 63u) << 12
          | ((group[2] - 32u) & 63u) << 6 | ((group[3] - 32u) & 63u);
      for (size_t k = 0; k < 3 && done + k < want; k++) {
        out[written++] = (uint8_t)(bits >> (16 - 8 * k));
      }
    }
    at = next;
  }
  if (!ended) (*broken)++;
  return written;
}

static bool grow(uint8_t **buffer, size_t *room, char **write, size_t *left) {
  size_t used = (size_t)((uint8_t *)*write - *buffer);
  uint8_t *grown = realloc(*buffer, *room * 2);
  if (grown == NULL) return false;
  *buffer = grown;
  *room *= 2;
  *write = (char *)grown + used;
  *left = *room - used;
  return true;
}

int cmime_to_utf8(
    const char *charset, const uint8_t *in, size_t length, uint8_t **out, size_t *out_length,
    uint64_t *broken) {
  iconv_t converter = g_mime_iconv_open("UTF-8", charset);
  if (converter == (iconv_t)-1) return -1;
  size_t room = length * 2 + 64;
  uint8_t *buffer = malloc(room);
  char *read = (char *)in, *write = (char *)buffer;
  size_t left_in = length, left_out = room;
  bool flushed = false, ok = buffer != NULL;
  while (ok && !flushed) {
    size_t result = left_in > 0 ? iconv(converter, &read, &left_in, &write, &left_out)
                                : iconv(converter, NULL, NULL, &write, &left_out);
    if (result != (size_t)-1) {
      flushed = left_in == 0 && read == NULL;
      if (left_in == 0) read = NULL;
    } else if (errno == E2BIG || left_out < 8) {
      ok = grow(&buffer, &room, &write, &left_out);
    } else {
      // A bad or torn sequence: mark it, go on one byte later.
      memcpy(write, "\xEF\xBF\xBD", 3);
      write += 3;
      left_out -= 3;
      read++;
      left_in--;
      (*broken)++;
    }
  }
  g_mime_iconv_close(converter);
  if (!ok) {
    free(buffer);
    return -1;
  }
  *out = buffer;
  *out_length = (size_t)((uint8_t *)write - buffer);
  return 0;
}

void cmime_release(uint8_t *buffer) { free(buffer); }
