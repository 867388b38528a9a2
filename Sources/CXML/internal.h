/* Shared by the C files of this target; nothing here is seen by Swift. */
#ifndef WAYSTATION_CXML_INTERNAL_H
#define WAYSTATION_CXML_INTERNAL_H

#include "CXML.h"

#include <libxml/parser.h>

/* libxml2 keeps no more than this many open elements; our own limit stays below it. */
#define CXML_DEPTH_CEILING 250u

/* Fills in an error unless it already holds one: the first is the one that explains the rest. */
void cxml_fail(cxml_error *error, cxml_code code, const char *message, uint32_t line, uint32_t column);
/* Translates an error of libxml2; `at_end` says that the parser had nothing left to read. */
void cxml_fail_from_parser(cxml_error *error, int code, bool at_end, uint32_t line, uint32_t column);

/* ---- encoding.c: bytes as they came -> checked UTF-8 ---- */

typedef struct {
    const char *text;
    size_t length;
    char *owned; /* to be freed, or NULL when `text` is the caller's bytes */
} cxml_utf8;

/* Checks size, finds out the encoding, and gives the document as valid UTF-8 without NUL. */
bool cxml_utf8_prepare(
    const void *bytes, size_t count, const cxml_limits *limits, cxml_utf8 *result, cxml_error *error
);

/* ---- convert.c: other encodings to UTF-8; a false result means that `error` is filled in ---- */

bool cxml_convert_utf16(
    const unsigned char *bytes, size_t count, bool big_endian, cxml_utf8 *result, cxml_error *error
);
/* `name` is a declared encoding in capitals. */
bool cxml_convert_single_byte(
    const unsigned char *bytes, size_t count, const char *name, cxml_utf8 *result, cxml_error *error
);

/* ---- builder.c: the flat tree while it grows ---- */

typedef struct cxml_builder {
    cxml_document document;    /* first: the finished document is this very block */
    struct cxml_builder *next; /* among those that wait for the next document */
    uint32_t node_capacity;
    uint32_t attribute_capacity;
    uint32_t declaration_capacity;
    uint32_t own_name_capacity;
    uint32_t text_capacity;
    uint32_t depth;
    uint32_t open_node;
    uint32_t last_child[CXML_DEPTH_CEILING + 2];
} cxml_builder;

/* The text buffer begins with a copy of the source, so that what stands in it as it is meant needs no second one. */
cxml_builder *cxml_builder_create(const char *source, size_t source_length);
void cxml_builder_free(cxml_builder *builder);
/* Each gives false when memory is out. Ranges are those of the text buffer. */
bool cxml_builder_open(cxml_builder *builder, uint32_t name, uint32_t source_offset, uint32_t line);
bool cxml_builder_declare(cxml_builder *builder, cxml_range prefix, cxml_range space);
bool cxml_builder_attribute(cxml_builder *builder, uint32_t name, cxml_range value);
/* Text that is in the buffer already. */
bool cxml_builder_text_at(cxml_builder *builder, cxml_range text);
/* Text from elsewhere. */
bool cxml_builder_text(cxml_builder *builder, const char *text, size_t length);
void cxml_builder_close(cxml_builder *builder);
/* Copies bytes from elsewhere to the end of the text buffer. */
bool cxml_builder_append(cxml_builder *builder, const char *text, size_t length, cxml_range *range);
/* The number of a name: the process's, or a new one of the document's own; 0 when memory is out. */
uint32_t cxml_builder_name(cxml_builder *builder, cxml_name name);

/* ---- plain.c: the usual documents, without libxml2 ---- */

/* Gives false for whatever is out of the ordinary, right or wrong: the builder is of no use then. */
bool cxml_plain_parse(const cxml_utf8 *source, const cxml_limits *limits, cxml_builder *builder);

/* ---- parse.c: one parse, for both trees ---- */

typedef struct {
    xmlParserCtxtPtr context;
    const cxml_limits *limits;
    cxml_error *error;
    cxml_utf8 source;
    uint32_t depth_max;
    uint32_t depth;
    uint32_t element_count;
    uint32_t namespace_count;
    uint16_t namespaces_at[CXML_DEPTH_CEILING + 2];
} cxml_parse;

/* Where the parser stands, as an offset into the source. */
size_t cxml_parse_offset(const cxml_parse *parse);
/* Where the start tag begins that the parser has just read. */
size_t cxml_parse_tag_offset(const cxml_parse *parse);
/* The line on which the start tag begins that the parser has just read. */
uint32_t cxml_parse_tag_line(const cxml_parse *parse, size_t tag_offset);
/* Checks one start tag against the limits; when it fails, the parser is stopped. */
bool cxml_parse_enter(cxml_parse *parse, int namespace_count, int attribute_count);
void cxml_parse_leave(cxml_parse *parse);
/* The error at a place of the source. */
void cxml_parse_fail(const cxml_parse *parse, cxml_code code, const char *message, size_t offset);
/* The same, and stops the parser. */
void cxml_parse_stop(cxml_parse *parse, cxml_code code, const char *message, size_t offset);
/* Callbacks that both trees share. */
void cxml_parse_on_doctype(
    void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system
);
void cxml_parse_on_error(void *context, xmlErrorPtr error);
/* Refuses tags with too many attributes before the parser sees them. */
bool cxml_check_attribute_counts(const cxml_parse *parse);
/* Runs the parser over the source. */
bool cxml_parse_run(cxml_parse *parse, xmlParserCtxtPtr context);
void cxml_initialize(void);

#endif
