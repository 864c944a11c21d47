#include "cdocuments.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <limits.h>
#include <string.h>
#include <time.h>

// What the SAX callbacks share; libxml2 hands it back as its user data.
typedef struct {
  const cdoc_handlers *handlers;
  xmlParserCtxtPtr parser;
  double deadline;
  int result;
} run;

static double cpu_now(void) {
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void stop(run *r, int result) {
  if (r->result == CDOC_DONE) r->result = result;
  xmlStopParser(r->parser);
}

static void watch(run *r) {
  if (cpu_now() > r->deadline) stop(r, CDOC_STOPPED);
}

static void on_start(void *user, const xmlChar *name, const xmlChar **attributes) {
  run *r = user;
  watch(r);
  if (r->result == CDOC_DONE)
    r->handlers->start(
        r->handlers->context, (const char *)name, (const char *const *)attributes);
}

static void on_end(void *user, const xmlChar *name) {
  run *r = user;
  if (r->result == CDOC_DONE) r->handlers->end(r->handlers->context, (const char *)name);
}

static void on_text(void *user, const xmlChar *text, int length) {
  run *r = user;
  if (r->result == CDOC_DONE && length > 0)
    r->handlers->text(r->handlers->context, (const char *)text, (size_t)length);
}

static void on_script(void *user, const xmlChar *text, int length) {
  (void)user;
  (void)text;
  (void)length;
}

static void on_doctype(
    void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
  (void)name;
  (void)external;
  (void)system;
  stop(user, CDOC_DOCTYPE);
}

static xmlEntityPtr on_entity(void *user, const xmlChar *name) {
  (void)user;
  return xmlGetPredefinedEntity(name);
}

// Errors are for nobody's terminal. Unmatched end tags call only this, and each of them may cost a
// walk over all open elements: the budget is watched here too.
static void on_error(void *user, const char *format, ...) {
  (void)format;
  watch(user);
}

static void on_nothing(void *user, const char *format, ...) {
  (void)user;
  (void)format;
}

static xmlParserInputPtr no_loader(const char *url, const char *id, xmlParserCtxtPtr parser) {
  (void)url;
  (void)id;
  (void)parser;
  return NULL;
}

static void prepare(run *r, xmlParserCtxtPtr parser, const cdoc_handlers *handlers, unsigned ms) {
  xmlSetGenericErrorFunc(NULL, on_nothing);
  xmlSetExternalEntityLoader(no_loader);
  *r = (run){handlers, parser, cpu_now() + ms, CDOC_DONE};
  xmlSAXHandlerPtr sax = parser->sax;
  memset(sax, 0, sizeof *sax);
  sax->startElement = on_start;
  sax->endElement = on_end;
  sax->characters = on_text;
  sax->ignorableWhitespace = on_text;
  sax->getEntity = on_entity;
  sax->warning = on_nothing;
  sax->error = on_error;
  sax->fatalError = on_error;
  // Version 1 of the interface: plain names and NUL-terminated values.
  sax->initialized = 1;
  parser->userData = r;
}

int cdoc_html(
    const uint8_t *bytes, size_t length, const cdoc_handlers *handlers, unsigned cpu_milliseconds) {
  if (length == 0) return CDOC_DONE;
  if (length > INT_MAX) return CDOC_CAPPED;
  htmlParserCtxtPtr parser = htmlNewParserCtxt();
  if (!parser) return CDOC_MEMORY;
  run r;
  prepare(&r, parser, handlers, cpu_milliseconds);
  parser->sax->cdataBlock = on_script;
  int options = HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_COMPACT;
  htmlDocPtr document =
      htmlCtxtReadMemory(parser, (const char *)bytes, (int)length, NULL, "UTF-8", options);
  if (r.result == CDOC_DONE && parser->disableSAX) r.result = CDOC_BROKEN;
  if (document) xmlFreeDoc(document);
  htmlFreeParserCtxt(parser);
  return r.result;
}

int cdoc_xml(
    const uint8_t *bytes, size_t length, const cdoc_handlers *handlers, unsigned cpu_milliseconds) {
  if (length == 0) return CDOC_BROKEN;
  if (length > INT_MAX) return CDOC_CAPPED;
  xmlParserCtxtPtr parser = xmlNewParserCtxt();
  if (!parser) return CDOC_MEMORY;
  run r;
  prepare(&r, parser, handlers, cpu_milliseconds);
  parser->sax->internalSubset = on_doctype;
  parser->sax->cdataBlock = on_text;
  xmlDocPtr document = xmlCtxtReadMemory(
      parser, (const char *)bytes, (int)length, NULL, NULL, XML_PARSE_NONET);
  if (r.result == CDOC_DONE && !parser->wellFormed) r.result = CDOC_BROKEN;
  if (document) xmlFreeDoc(document);
  xmlFreeParserCtxt(parser);
  return r.result;
}
