/* The C side of the XML module: libxml2 behind plain and opaque types, so that its ICU headers never meet
   Foundation's. */
#ifndef WAYSTATION_CXML_H
#define WAYSTATION_CXML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What went wrong; the words for people are the Swift side's. */
typedef enum __attribute__((enum_extensibility(closed))) {
    cxml_code_ok = 0,
    cxml_code_empty,
    cxml_code_not_xml,
    cxml_code_cut_off,
    cxml_code_dtd_refused,
    cxml_code_too_large,
    cxml_code_too_deep,
    cxml_code_too_many_elements,
    cxml_code_too_many_attributes,
    cxml_code_too_many_namespaces,
    cxml_code_name_too_long,
    cxml_code_encoding,
    cxml_code_no_memory,
    cxml_code_xpath_syntax,
    cxml_code_xpath_limit,
    cxml_code_xpath_evaluation,
} cxml_code;

/* `message` is a constant of this library and never holds anything of the document. */
typedef struct {
    cxml_code code;
    uint32_t line;
    uint32_t column;
    const char *message;
} cxml_error;

typedef struct {
    size_t document_bytes_max;
    uint32_t depth_max;
    uint32_t elements_max;
    uint32_t attributes_per_element_max;
    uint32_t name_bytes_max;
    uint32_t namespaces_in_scope_max;
} cxml_limits;

/* ---- names: one table for the process, append-only, read without a lock ---- */

/* Not NUL-terminated. */
typedef struct {
    const char *space;
    uint32_t space_length;
    const char *local;
    uint32_t local_length;
} cxml_name;

/* Gives the number of a name, from 1; the same name always gets the same number. 0 when memory is out or the
   table is full. */
uint32_t cxml_name_register(cxml_name name);
/* The number of a registered name, or 0. */
uint32_t cxml_name_find(cxml_name name);
/* A registered name; what it points to lives as long as the process. */
cxml_name cxml_name_get(uint32_t number);
/* Every number below this one is registered. */
uint32_t cxml_name_end(void);

/* ---- the flat tree ---- */

/* Bytes of the document's text buffer, UTF-8. */
typedef struct {
    uint32_t offset;
    uint32_t length;
} cxml_range;

/* Names not in the process's table are numbered per document, with this bit set. */
#define CXML_OWN_NAME 0x80000000u

typedef struct {
    uint32_t name;
    uint32_t parent; /* 0: none; the root is node 1 */
    uint32_t first_child;
    uint32_t next_sibling;
    cxml_range text; /* before the first child */
    cxml_range tail; /* between the end tag and the next tag of the parent */
    uint32_t first_attribute;
    uint32_t attribute_count;
    uint32_t first_declaration;
    uint32_t declaration_count;
    uint32_t source_offset; /* of the '<' */
    uint32_t line;          /* of the '<', from 1; 0 when unknown */
} cxml_node;

typedef struct {
    uint32_t name;
    cxml_range value;
} cxml_attribute;

/* A namespace declaration: `space` is empty where a default namespace is taken back. */
typedef struct {
    cxml_range prefix;
    cxml_range space;
} cxml_declaration;

typedef struct {
    cxml_range space;
    cxml_range local;
} cxml_own_name;

typedef struct {
    const cxml_node *nodes; /* index 0 is unused */
    const cxml_attribute *attributes;
    const cxml_declaration *declarations;
    const cxml_own_name *own_names;
    const char *text;
    const char *source; /* the document as UTF-8, for line and column */
    uint32_t node_count;
    uint32_t attribute_count;
    uint32_t declaration_count;
    uint32_t own_name_count;
    uint32_t text_length;
    uint32_t source_length;
    uint32_t known_name_end; /* names registered from this number on may not have been known to the parser */
} cxml_document;

/* Parses a whole document; the caller frees the result. NULL on failure, with `error` filled in. */
const cxml_document *
cxml_document_parse(const void *bytes, size_t count, const cxml_limits *limits, cxml_error *error);
void cxml_document_free(const cxml_document *document);
/* Line and column, both from 1, of a byte of UTF-8 text; the column counts characters. */
void cxml_position(const char *text, size_t length, size_t offset, uint32_t *line, uint32_t *column);

/* ---- DOM and XPath, for mappings ---- */

typedef struct cxml_dom cxml_dom;
typedef struct cxml_dom_node cxml_dom_node;
typedef struct cxml_xpath cxml_xpath;
typedef struct cxml_xpath_result cxml_xpath_result;

const cxml_dom *cxml_dom_parse(const void *bytes, size_t count, const cxml_limits *limits, cxml_error *error);
void cxml_dom_free(const cxml_dom *dom);
const cxml_dom_node *cxml_dom_root(const cxml_dom *dom);

bool cxml_dom_node_is_element(const cxml_dom_node *node);
/* Local name and namespace; both point into the document. */
cxml_name cxml_dom_node_name(const cxml_dom_node *node);
uint32_t cxml_dom_node_line(const cxml_dom_node *node);
const cxml_dom_node *cxml_dom_node_parent(const cxml_dom_node *node);
const cxml_dom_node *cxml_dom_node_first_child(const cxml_dom_node *node);
const cxml_dom_node *cxml_dom_node_next_sibling(const cxml_dom_node *node);
/* The string value, allocated: give it back with cxml_string_free. NULL when memory is out. */
char *cxml_dom_node_value(const cxml_dom_node *node);
/* An attribute's value, allocated, or NULL; `space` is NULL for an attribute without namespace. */
char *cxml_dom_node_attribute(const cxml_dom_node *node, const char *local, const char *space);
void cxml_string_free(char *string);
/* The subtree of an element as a flat tree of its own. */
const cxml_document *cxml_dom_node_flatten(const cxml_dom_node *node, cxml_error *error);

/* Compiles an expression; `prefixes` and `spaces` hold `count` C strings each and are copied. An error's
   column is the position in the expression, from 1. A compiled expression serves one thread at a time:
   evaluation writes caches into it. */
cxml_xpath *cxml_xpath_compile(
    const char *expression, const char *const *prefixes, const char *const *spaces, size_t count,
    cxml_error *error
);
void cxml_xpath_free(cxml_xpath *xpath);
/* Evaluates with `node` as the context node (NULL: the document). One thread at a time per document. */
cxml_xpath_result *cxml_xpath_evaluate(
    cxml_xpath *xpath, const cxml_dom *dom, const cxml_dom_node *node, uint64_t operations_max,
    cxml_error *error
);
/* The result as a string, allocated; NULL when memory is out. */
char *cxml_xpath_result_string(cxml_xpath_result *result);
double cxml_xpath_result_number(cxml_xpath_result *result);
bool cxml_xpath_result_boolean(cxml_xpath_result *result);
bool cxml_xpath_result_is_node_set(const cxml_xpath_result *result);
/* Number of nodes, 0 when the result is no node set. Sorts them in document order. */
size_t cxml_xpath_result_node_count(cxml_xpath_result *result);
/* NULL for what is no node of the document (a namespace node). */
const cxml_dom_node *cxml_xpath_result_node(const cxml_xpath_result *result, size_t index);
/* To be given back before the document is. */
void cxml_xpath_result_free(cxml_xpath_result *result);

#endif
