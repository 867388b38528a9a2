/* The usual kind of document straight into a flat tree: elements, attributes and text in UTF-8, with nothing in it
   that needs a second thought. Whatever else a document holds, be it right or wrong, is left to libxml2: this parser
   gives up then, and its builder is to be thrown away. It never accepts what libxml2 refuses. */
#include "blocks.h"
#include "internal.h"
#include "known_names.h"

#include <pthread.h>
#include <string.h>

enum {
    document_bytes_max = 1 << 20,
    bindings_max = 32,
    attributes_max = 24,
    own_names_max = 64,
    /* For names without namespace; no namespace has it. */
    no_space_id = UINT32_MAX,
};

/* A name as it was written; `known` is what is kept of it, as long as that has this version. */
typedef struct {
    const char *text;
    uint32_t length;
    uint32_t prefix_length; /* 0: no prefix */
    known_name *known;
    uint32_t version;
} written_name;

typedef struct {
    written_name name;
    piece value;
} attribute;

/* Stands for the bindings in force. */
typedef struct {
    uint64_t shared;
    uint64_t own; /* for names that only this document has: their numbers are good for it alone */
} scope;

typedef struct {
    const char *start;
    const char *at;
    const char *end;
    const cxml_limits *limits;
    cxml_builder *builder;
    uint32_t line;
    uint32_t depth;
    uint32_t depth_max;
    uint32_t element_count;
    uint32_t binding_count;
    scope scope;
    known_name *last_name;
    binding bindings[bindings_max];
    piece open_names[CXML_DEPTH_CEILING + 1];
    scope outer_scopes[CXML_DEPTH_CEILING + 1];
    uint8_t bindings_of[CXML_DEPTH_CEILING + 1];
} plain_parse;

/* What a byte may be: part of a name, the first of one, of text as it stands. */
enum { name_part = 1, name_start = 2, plain_text = 4, plain_value = 8, space_part = 16 };

static uint8_t kinds[256];
static pthread_once_t kinds_made = PTHREAD_ONCE_INIT;

static void make_kinds(void) {
    for (int c = 0; c < 256; c++) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool digit = c >= '0' && c <= '9';
        uint8_t kind = 0;
        if (letter) kind |= name_start;
        if (letter || digit || c == '-' || c == '.') kind |= name_part;
        /* 0xEF may begin a character that XML forbids. */
        if (c >= 0x20 && c != '<' && c != '&' && c != ']' && c != 0xEF) kind |= plain_text;
        if (c >= 0x20 && c != '<' && c != '&' && c != '"' && c != '\'' && c != 0xEF) kind |= plain_value;
        if (letter || digit || (c != 0 && strchr(":/.-#?=~", c) != NULL)) kind |= space_part;
        kinds[c] = kind;
    }
}

static inline bool is(char c, uint8_t kind) {
    return (kinds[(uint8_t)c] & kind) != 0;
}

static inline bool same(piece left, piece right) {
    return left.length == right.length && memcmp(left.text, right.text, left.length) == 0;
}

static void skip_space(plain_parse *p) {
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\t')) {
        if (*p->at == '\n') p->line++;
        p->at++;
    }
}

/* A name with at most one colon, each part beginning as names do. */
static bool read_name(plain_parse *p, written_name *name) {
    const char *start = p->at;
    *name = (written_name){.text = start};
    if (p->at >= p->end || !is(*p->at, name_start)) return false;
    while (p->at < p->end && is(*p->at, name_part)) p->at++;
    if (p->at < p->end && *p->at == ':') {
        name->prefix_length = (uint32_t)(p->at - start);
        p->at++;
        if (p->at >= p->end || !is(*p->at, name_start)) return false;
        while (p->at < p->end && is(*p->at, name_part)) p->at++;
    }
    name->length = (uint32_t)(p->at - start);
    return true;
}

/* A name that does not come after the last one as it did before. */
static bool find_name(plain_parse *p, written_name *name, bool is_attribute) {
    const char *start = p->at;
    uint32_t length = known_name_length(start, p->end);
    if (length == 0) return read_name(p, name);
    known_name *place = known_name_place(start, length, is_attribute);
    if (!is_known_name(place, start, length, is_attribute)) {
        if (!read_name(p, name)) return false;
        if (name->length != length) return true;
        keep_name(place, start, length, name->prefix_length, is_attribute);
    }
    p->last_name->next = (uint16_t)(place - known.names);
    p->last_name = place;
    p->at = start + length;
    *name = (written_name){start, length, place->prefix_length, place, place->version};
    return true;
}

/* The same as `read_name`, without a look at each byte where the name is known: documents of one kind have much the
   same names in much the same order. */
static always_inline bool take_name(plain_parse *p, written_name *name, bool is_attribute) {
    known_name *next = &known.names[p->last_name->next];
    if (!is_next_name(next, p->at, p->end, is_attribute)) return find_name(p, name, is_attribute);
    *name = (written_name){p->at, next->length, next->prefix_length, next, next->version};
    p->last_name = next;
    p->at += next->length;
    return true;
}

/* The part after the prefix. */
static piece local_of(const written_name *name) {
    uint32_t skipped = name->prefix_length > 0 ? name->prefix_length + 1 : 0;
    return (piece){name->text + skipped, name->length - skipped};
}

/* What a prefix, or none, stands for here; NULL for one that was not declared. */
static const binding *binding_of(const plain_parse *p, piece prefix) {
    for (uint32_t i = p->binding_count; i-- > 0;)
        if (same(p->bindings[i].prefix, prefix)) return &p->bindings[i];
    return NULL;
}

/* Finds out the number of a name; 0 when it is to be left to the other parser. */
static uint32_t find_number(
    plain_parse *p, const written_name *name, piece local, bool is_attribute, known_name *kept
) {
    const binding *bound = NULL;
    if (name->prefix_length > 0 || !is_attribute) {
        bound = binding_of(p, (piece){name->text, name->prefix_length});
        if (bound == NULL && name->prefix_length > 0) return 0;
    }
    uint32_t space_id = bound == NULL ? no_space_id : bound->space_id;
    if (kept != NULL && kept->space_id != 0 && kept->space_id == space_id) {
        kept->scope = p->scope.shared;
        return kept->number;
    }
    if (kept != NULL && kept->scope == p->scope.own) return kept->number;
    if (p->builder->document.own_name_count > own_names_max) return 0;
    cxml_name full = {.space = "", .local = local.text, .local_length = local.length};
    if (bound != NULL) {
        full.space = bound->space.text;
        full.space_length = bound->space.length;
    }
    uint32_t number = cxml_builder_name(p->builder, full);
    if (kept != NULL && number != 0) {
        bool is_own = (number & CXML_OWN_NAME) != 0;
        kept->scope = is_own ? p->scope.own : p->scope.shared;
        kept->number = number;
        kept->space_id = is_own ? 0 : space_id;
    }
    return number;
}

/* The number of a name, 0 when it is to be left to the other parser. */
static always_inline uint32_t name_number(plain_parse *p, const written_name *name, bool is_attribute) {
    piece local = local_of(name);
    if (local.length > p->limits->name_bytes_max) return 0;
    known_name *kept = name->known != NULL && name->known->version == name->version ? name->known : NULL;
    if (kept != NULL && kept->scope == p->scope.shared) return kept->number;
    return find_number(p, name, local, is_attribute, kept);
}

/* Skips what stands for itself in a value, and the quotes in it that do not end it. */
static bool skip_value(plain_parse *p, char quote) {
    while (p->end - p->at >= block_bytes) {
        block bytes = block_at(p->at);
        uint32_t marks = bits_of(
            (bytes < 0x20) | (bytes == '<') | (bytes == '&') | (bytes == '"') | (bytes == '\'')
            | (bytes == 0xEF)
        );
        if (marks == 0) {
            p->at += block_bytes;
            continue;
        }
        p->at += __builtin_ctz(marks);
        if (*p->at == quote) return true;
        if (*p->at != '"' && *p->at != '\'') return false;
        p->at++;
    }
    while (p->at < p->end && *p->at != quote) {
        if (!is(*p->at, plain_value) && *p->at != '"' && *p->at != '\'') return false;
        p->at++;
    }
    return p->at < p->end;
}

static bool take_value(plain_parse *p, piece *value) {
    skip_space(p);
    if (p->at >= p->end || *p->at != '=') return false;
    p->at++;
    skip_space(p);
    if (p->at >= p->end || (*p->at != '"' && *p->at != '\'')) return false;
    char quote = *p->at++;
    const char *start = p->at;
    if (!skip_value(p, quote)) return false;
    *value = (piece){start, (uint32_t)(p->at - start)};
    p->at++;
    return true;
}

/* Whether a namespace needs no second thought: no white space to normalize, none of those that XML itself has. */
static bool is_plain_space(piece space) {
    static const char *const reserved[] = {
        "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"
    };
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (same(space, (piece){reserved[i], (uint32_t)strlen(reserved[i])})) return false;
    for (uint32_t i = 0; i < space.length; i++)
        if (!is(space.text[i], space_part)) return false;
    return true;
}

/* A declaration that is out of the ordinary is left to the other parser. */
static bool bind(plain_parse *p, const written_name *name, piece space, uint32_t first_of_tag) {
    piece declared = name->prefix_length > 0 ? local_of(name) : (piece){"", 0};
    if (p->binding_count >= bindings_max || space.length == 0 || space.length > p->limits->name_bytes_max)
        return false;
    if (declared.length >= prefix_bytes_max || space.length >= space_bytes_max * 2) return false;
    if (declared.length >= 3 && memcmp(declared.text, "xml", 3) == 0) return false;
    uint32_t space_id = known_space(space.text, space.length);
    if (space_id == 0) {
        if (!is_plain_space(space)) return false;
        space_id = keep_space(space.text, space.length);
    }
    for (uint32_t i = first_of_tag; i < p->binding_count; i++)
        if (same(p->bindings[i].prefix, declared)) return false;
    p->bindings[p->binding_count++] = (binding){declared, space, space_id};
    return true;
}

/* Where it stands in the builder's text, which begins with the document. */
static inline cxml_range range_of(const plain_parse *p, piece text) {
    return (cxml_range){text.length == 0 ? 0 : (uint32_t)(text.text - p->start), text.length};
}

/* Takes the attributes of a start tag up to its end. */
static bool take_attributes(
    plain_parse *p, attribute attributes[attributes_max], uint32_t *count, uint32_t *declaration_count
) {
    uint32_t first_of_tag = p->binding_count;
    *count = 0;
    while (true) {
        const char *before = p->at;
        skip_space(p);
        if (p->at >= p->end) return false;
        if (*p->at == '>' || *p->at == '/') break;
        attribute taken;
        if (p->at == before || !take_name(p, &taken.name, true) || !take_value(p, &taken.value)) return false;
        bool is_declaration = taken.name.length >= 5 && memcmp(taken.name.text, "xmlns", 5) == 0;
        if (is_declaration) {
            if (taken.name.length > 5 && taken.name.prefix_length != 5) return false;
            if (!bind(p, &taken.name, taken.value, first_of_tag)) return false;
        } else {
            if (*count >= attributes_max) return false;
            attributes[(*count)++] = taken;
        }
    }
    *declaration_count = p->binding_count - first_of_tag;
    uint32_t all = *count + *declaration_count;
    return all <= p->limits->attributes_per_element_max && all <= attributes_max
        && p->binding_count <= p->limits->namespaces_in_scope_max;
}

/* Adds the attributes of the element that was opened last. */
static bool add_attributes(plain_parse *p, const attribute *attributes, uint32_t count) {
    uint32_t numbers[attributes_max];
    for (uint32_t i = 0; i < count; i++) {
        const written_name *name = &attributes[i].name;
        numbers[i] = name_number(p, name, true);
        if (numbers[i] == 0) return false;
        for (uint32_t j = 0; j < i; j++) {
            /* A name that is not in the table may get a number each time. */
            bool may_be_same = (numbers[i] & numbers[j] & CXML_OWN_NAME) != 0
                && same(local_of(name), local_of(&attributes[j].name));
            if (numbers[i] == numbers[j] || may_be_same) return false;
        }
        if (!cxml_builder_attribute(p->builder, numbers[i], range_of(p, attributes[i].value))) return false;
    }
    return true;
}

static bool declare(plain_parse *p, const binding *bound) {
    return cxml_builder_declare(p->builder, range_of(p, bound->prefix), range_of(p, bound->space));
}

static void enter_scope(plain_parse *p, uint32_t declared) {
    const binding *first = &p->bindings[p->binding_count - declared];
    p->scope = (scope){scope_of(p->scope.shared, first, declared), new_scope()};
}

static void leave_scope(plain_parse *p, uint32_t declared, scope outer) {
    p->binding_count -= declared;
    p->scope = outer;
}

static bool take_start(plain_parse *p) {
    size_t offset = (size_t)(p->at - 1 - p->start);
    uint32_t line = p->line, count, declared;
    attribute attributes[attributes_max];
    written_name name;
    if (p->depth >= p->depth_max || p->element_count >= p->limits->elements_max) return false;
    if (!take_name(p, &name, false)) return false;
    scope outer_scope = p->scope;
    if (p->at < p->end && *p->at == '>') count = declared = 0;
    else if (!take_attributes(p, attributes, &count, &declared)) return false;
    if (declared > 0) enter_scope(p, declared);
    p->element_count++;
    uint32_t number = name_number(p, &name, false);
    if (number == 0 || !cxml_builder_open(p->builder, number, (uint32_t)offset, line)) return false;
    for (uint32_t i = p->binding_count - declared; i < p->binding_count; i++)
        if (!declare(p, &p->bindings[i])) return false;
    if (count > 0 && !add_attributes(p, attributes, count)) return false;
    if (*p->at == '/') {
        p->at++;
        if (p->at >= p->end || *p->at != '>') return false;
        p->at++;
        leave_scope(p, declared, outer_scope);
        cxml_builder_close(p->builder);
        return true;
    }
    p->at++;
    p->open_names[p->depth] = (piece){name.text, name.length};
    p->outer_scopes[p->depth] = outer_scope;
    p->bindings_of[p->depth++] = (uint8_t)declared;
    return true;
}

static bool take_end(plain_parse *p) {
    if (p->depth == 0) return false;
    piece open = p->open_names[p->depth - 1];
    size_t left = (size_t)(p->end - p->at);
    if (left <= open.length) return false;
    bool is_same = left >= (size_t)open.length + block_bytes ? same_blocks(p->at, open.text, open.length)
                                                             : memcmp(p->at, open.text, open.length) == 0;
    if (!is_same) return false;
    p->at += open.length;
    if (*p->at != '>') skip_space(p);
    if (p->at >= p->end || *p->at != '>') return false;
    p->at++;
    p->depth--;
    leave_scope(p, p->bindings_of[p->depth], p->outer_scopes[p->depth]);
    cxml_builder_close(p->builder);
    return true;
}

/* One of the five entities that everybody knows. */
static bool take_entity(plain_parse *p) {
    static const struct {
        const char *text;
        size_t length;
        char meaning;
    } entities[] = {{"&lt;", 4, '<'}, {"&gt;", 4, '>'}, {"&amp;", 5, '&'}, {"&quot;", 6, '"'}, {"&apos;", 6, '\''}};
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if ((size_t)(p->end - p->at) < entities[i].length
            || memcmp(p->at, entities[i].text, entities[i].length) != 0)
            continue;
        p->at += entities[i].length;
        return cxml_builder_text(p->builder, &entities[i].meaning, 1);
    }
    return false;
}

static bool at_comment(const plain_parse *p) {
    return p->end - p->at >= 4 && memcmp(p->at, "<!--", 4) == 0;
}

static bool skip_comment(plain_parse *p) {
    for (p->at += 4; p->end - p->at >= 3; p->at++) {
        if (*p->at == '\n') p->line++;
        else if (p->at[0] == '-' && p->at[1] == '-') {
            p->at += 3;
            return p->at[-1] == '>';
        } else if ((uint8_t)*p->at < 0x20 || (uint8_t)*p->at == 0xEF) return false;
    }
    return false;
}

/* What may stand before and after the outermost element. */
static bool skip_between(plain_parse *p) {
    skip_space(p);
    while (at_comment(p)) {
        if (!skip_comment(p)) return false;
        skip_space(p);
    }
    return true;
}

/* Goes on to what is no plain text, or may not be. */
static void skip_text(plain_parse *p) {
    while (p->end - p->at >= block_bytes) {
        block bytes = block_at(p->at);
        uint32_t marks =
            bits_of((bytes < 0x20) | (bytes == '<') | (bytes == '&') | (bytes == ']') | (bytes == 0xEF));
        for (; marks != 0; marks &= marks - 1) {
            const char *marked = p->at + __builtin_ctz(marks);
            if (*marked == '\n') p->line++;
            else if (*marked != '\t') {
                p->at = marked;
                return;
            }
        }
        p->at += block_bytes;
    }
    for (; p->at < p->end; p->at++) {
        if (*p->at == '\n') p->line++;
        else if (!is(*p->at, plain_text) && *p->at != '\t') return;
    }
}

/* Text up to the next tag. */
static bool take_text(plain_parse *p) {
    if (p->end - p->at > 1 && *p->at == '<' && p->at[1] != '!') return true;
    while (true) {
        const char *start = p->at;
        skip_text(p);
        while (p->end - p->at > 1 && *p->at == ']' && p->at[1] != ']') {
            p->at++;
            skip_text(p);
        }
        if (p->at >= p->end) return false;
        piece run = {start, (uint32_t)(p->at - start)};
        if (run.length > 0 && !cxml_builder_text_at(p->builder, range_of(p, run))) return false;
        if (*p->at == '<') {
            if (!at_comment(p)) return true;
            if (!skip_comment(p)) return false;
        } else if (*p->at != '&' || !take_entity(p)) {
            return false;
        }
    }
}

static bool take_declaration(plain_parse *p) {
    static const char *const declarations[] = {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<?xml version=\"1.0\"?>",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>", "<?xml version='1.0' encoding='UTF-8'?>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>", "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>",
        "<?xml version='1.0' encoding='utf-8'?>",
    };
    if (p->end - p->at < 2 || p->at[1] != '?') return true;
    for (size_t i = 0; i < sizeof(declarations) / sizeof(declarations[0]); i++) {
        size_t length = strlen(declarations[i]);
        if ((size_t)(p->end - p->at) < length || memcmp(p->at, declarations[i], length) != 0) continue;
        p->at += length;
        return true;
    }
    return false;
}

bool cxml_plain_parse(const cxml_utf8 *source, const cxml_limits *limits, cxml_builder *builder) {
    if (source->length > document_bytes_max) return false;
    pthread_once(&kinds_made, make_kinds);
    plain_parse p;
    p.start = p.at = source->text;
    p.end = source->text + source->length;
    p.limits = limits;
    p.builder = builder;
    p.line = 1;
    p.depth = p.element_count = p.binding_count = 0;
    p.scope = (scope){empty_scope, new_scope()};
    p.last_name = &known.names[0];
    p.depth_max = limits->depth_max < CXML_DEPTH_CEILING ? limits->depth_max : CXML_DEPTH_CEILING;
    if (!take_declaration(&p)) return false;
    if (!skip_between(&p)) return false;
    do {
        if (p.at >= p.end || *p.at != '<') return false;
        p.at++;
        if (p.at < p.end && *p.at == '/') {
            p.at++;
            if (!take_end(&p)) return false;
        } else if (!take_start(&p)) {
            return false;
        }
        if (p.depth > 0 && !take_text(&p)) return false;
    } while (p.depth > 0);
    return skip_between(&p) && p.at == p.end;
}
