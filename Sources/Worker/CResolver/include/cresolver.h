// One question to the name server, with a state of its own and a bound on its time. Why C: the
// resolver's state is a structure full of unions, and its calls are macros.
#pragma once

/// Asks for the records of `type` at `name`, exactly as spelt: no search list.
///
/// `server` is four bytes of an IPv4 address to ask instead of the machine's own, or NULL. It takes
/// at most about three times `seconds` for each name server. Returns the length of the answer in
/// `answer`, 0 when there is no such name or record, -1 when nobody gave a usable answer.
int cresolver_ask(const char *name, int type, const unsigned char *server, int port, int seconds,
                  unsigned char *answer, int size);
