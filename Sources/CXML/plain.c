/* The usual kind of document straight into a flat tree: elements, attributes and text in UTF-8, with nothing in it
   that needs a second thought. Whatever else a document holds, be it right or wrong, is left to libxml2: this parser
   gives up then, and its builder is to be thrown away. It never accepts what libxml2 refuses. */
#include "internal.h"

#include <pthread.h>
#include <string.h>

enum {
    document_bytes_max = 1 << 20,
    bindings_max = 32,
    attributes_max = 24,
    spaces_kept = 8,
    space_bytes_max = 112,
    names_kept = 512,
    local_bytes_max = 44,
    own_names_max = 64,
};

typedef struct {
    const char *text;
    uint32_t length;
} piece;

/* What a prefix stands for; `space_id` is 0 for a namespace that is not kept. */
typedef struct {
    piece prefix;
    piece space;
    uint32_t space_id;
} binding;

typedef struct {
    piece name;
    piece value;
} attribute;

/* Names of the vocabulary as earlier documents of this thread used them; a number stands for its name for ever. */
typedef struct {
    struct {
        uint32_t id;
        uint32_t length;
        char text[space_bytes_max];
    } spaces[spaces_kept];
    struct {
        uint32_t space_id;
        uint32_t number;
        uint32_t length;
        char local[local_bytes_max];
    } names[names_kept];
    uint32_t last_space_id;
} known_names;

static _Thread_local known_names known;

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
    binding bindings[bindings_max];
    piece open_names[CXML_DEPTH_CEILING + 1];
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
static bool take_name(plain_parse *p, piece *name) {
    const char *start = p->at;
    if (p->at >= p->end || !is(*p->at, name_start)) return false;
    while (p->at < p->end && is(*p->at, name_part)) p->at++;
    if (p->at < p->end && *p->at == ':') {
        p->at++;
        if (p->at >= p->end || !is(*p->at, name_start)) return false;
        while (p->at < p->end && is(*p->at, name_part)) p->at++;
    }
    *name = (piece){start, (uint32_t)(p->at - start)};
    return true;
}

static piece prefix_of(piece name, piece *local) {
    const char *colon = memchr(name.text, ':', name.length);
    *local = name;
    if (colon == NULL) return (piece){"", 0};
    piece prefix = {name.text, (uint32_t)(colon - name.text)};
    *local = (piece){colon + 1, name.length - prefix.length - 1};
    return prefix;
}

static bool same_local(piece left, piece right) {
    piece left_local, right_local;
    prefix_of(left, &left_local);
    prefix_of(right, &right_local);
    return same(left_local, right_local);
}

static uint32_t keep_space(piece space) {
    if (space.length > space_bytes_max) return 0;
    for (int i = 0; i < spaces_kept; i++) {
        piece kept = {known.spaces[i].text, known.spaces[i].length};
        if (known.spaces[i].id != 0 && same(kept, space)) return known.spaces[i].id;
    }
    if (known.last_space_id == UINT32_MAX) return 0;
    uint32_t id = ++known.last_space_id;
    int slot = (int)(id % spaces_kept);
    known.spaces[slot].id = id;
    known.spaces[slot].length = space.length;
    memcpy(known.spaces[slot].text, space.text, space.length);
    return id;
}

/* The number of a name, 0 when it is to be left to the other parser. */
static uint32_t name_number(plain_parse *p, piece name, bool is_attribute) {
    piece local, prefix = prefix_of(name, &local);
    const binding *bound = NULL;
    if (prefix.length > 0 || !is_attribute) {
        for (uint32_t i = p->binding_count; i-- > 0 && bound == NULL;)
            if (same(p->bindings[i].prefix, prefix)) bound = &p->bindings[i];
        if (bound == NULL && prefix.length > 0) return 0;
    }
    if (local.length > p->limits->name_bytes_max) return 0;
    cxml_name full = {.space = "", .local = local.text, .local_length = local.length};
    if (bound != NULL) {
        full.space = bound->space.text;
        full.space_length = bound->space.length;
    }
    uint32_t space_id = bound == NULL ? UINT32_MAX : bound->space_id;
    if (p->builder->document.own_name_count > own_names_max) return 0;
    if (space_id == 0 || local.length > local_bytes_max) return cxml_builder_name(p->builder, full);
    uint32_t mixed = space_id * 0x9E3779B1u + local.length;
    for (uint32_t i = 0; i < local.length; i++) mixed = (mixed ^ (uint8_t)local.text[i]) * 0x01000193u;
    uint32_t slot = (mixed ^ (mixed >> 15)) % names_kept;
    if (known.names[slot].space_id == space_id && known.names[slot].length == local.length
        && memcmp(known.names[slot].local, local.text, local.length) == 0)
        return known.names[slot].number;
    uint32_t number = cxml_builder_name(p->builder, full);
    if (number != 0 && (number & CXML_OWN_NAME) == 0) {
        known.names[slot].space_id = space_id;
        known.names[slot].number = number;
        known.names[slot].length = local.length;
        memcpy(known.names[slot].local, local.text, local.length);
    }
    return number;
}

static bool take_value(plain_parse *p, piece *value) {
    skip_space(p);
    if (p->at >= p->end || *p->at != '=') return false;
    p->at++;
    skip_space(p);
    if (p->at >= p->end || (*p->at != '"' && *p->at != '\'')) return false;
    char quote = *p->at++;
    const char *start = p->at;
    while (p->at < p->end && *p->at != quote) {
        if (!is(*p->at, plain_value) && *p->at != '"' && *p->at != '\'') return false;
        p->at++;
    }
    if (p->at >= p->end) return false;
    *value = (piece){start, (uint32_t)(p->at - start)};
    p->at++;
    return true;
}

/* A declaration that is out of the ordinary is left to the other parser. */
static bool bind(plain_parse *p, piece name, piece space, uint32_t first_of_tag) {
    static const char *const reserved[] = {
        "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"
    };
    piece local, prefix = prefix_of(name, &local);
    piece declared = prefix.length > 0 ? local : (piece){"", 0};
    if (p->binding_count >= bindings_max || space.length == 0 || space.length > p->limits->name_bytes_max)
        return false;
    if (declared.length >= 3 && memcmp(declared.text, "xml", 3) == 0) return false;
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (same(space, (piece){reserved[i], (uint32_t)strlen(reserved[i])})) return false;
    for (uint32_t i = 0; i < space.length; i++)
        if (!is(space.text[i], space_part)) return false;
    for (uint32_t i = first_of_tag; i < p->binding_count; i++)
        if (same(p->bindings[i].prefix, declared)) return false;
    p->bindings[p->binding_count++] = (binding){declared, space, keep_space(space)};
    return true;
}

static bool declare(cxml_builder *builder, const binding *bound) {
    char prefix[local_bytes_max], space[space_bytes_max * 2];
    if (bound->prefix.length >= sizeof(prefix) || bound->space.length >= sizeof(space)) return false;
    memcpy(prefix, bound->prefix.text, bound->prefix.length);
    prefix[bound->prefix.length] = 0;
    memcpy(space, bound->space.text, bound->space.length);
    space[bound->space.length] = 0;
    return cxml_builder_declare(builder, prefix, space);
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
        if (p->at == before || !take_name(p, &taken.name) || !take_value(p, &taken.value)) return false;
        bool is_declaration = taken.name.length >= 5 && memcmp(taken.name.text, "xmlns", 5) == 0;
        if (is_declaration) {
            if (taken.name.length > 5 && taken.name.text[5] != ':') return false;
            if (!bind(p, taken.name, taken.value, first_of_tag)) return false;
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

static bool take_start(plain_parse *p) {
    size_t offset = (size_t)(p->at - 1 - p->start);
    uint32_t line = p->line, count, declared;
    attribute attributes[attributes_max];
    uint32_t numbers[attributes_max];
    piece name;
    if (p->depth >= p->depth_max || p->element_count >= p->limits->elements_max) return false;
    if (!take_name(p, &name) || !take_attributes(p, attributes, &count, &declared)) return false;
    p->element_count++;
    uint32_t number = name_number(p, name, false);
    if (number == 0 || !cxml_builder_open(p->builder, number, (uint32_t)offset, line)) return false;
    for (uint32_t i = p->binding_count - declared; i < p->binding_count; i++)
        if (!declare(p->builder, &p->bindings[i])) return false;
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = name_number(p, attributes[i].name, true);
        if (numbers[i] == 0) return false;
        for (uint32_t j = 0; j < i; j++) {
            /* A name that is not in the table gets a number each time. */
            bool may_be_same = (numbers[i] & numbers[j] & CXML_OWN_NAME) != 0
                && same_local(attributes[i].name, attributes[j].name);
            if (numbers[i] == numbers[j] || may_be_same) return false;
        }
        if (!cxml_builder_attribute(
                p->builder, numbers[i], attributes[i].value.text, attributes[i].value.length
            ))
            return false;
    }
    if (*p->at == '/') {
        p->at++;
        if (p->at >= p->end || *p->at != '>') return false;
        p->at++;
        p->binding_count -= declared;
        cxml_builder_close(p->builder);
        return true;
    }
    p->at++;
    p->open_names[p->depth] = name;
    p->bindings_of[p->depth++] = (uint8_t)declared;
    return true;
}

static bool take_end(plain_parse *p) {
    if (p->depth == 0) return false;
    piece open = p->open_names[p->depth - 1];
    if ((size_t)(p->end - p->at) <= open.length || memcmp(p->at, open.text, open.length) != 0) return false;
    p->at += open.length;
    skip_space(p);
    if (p->at >= p->end || *p->at != '>') return false;
    p->at++;
    p->binding_count -= p->bindings_of[--p->depth];
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

/* Text up to the next tag. */
static bool take_text(plain_parse *p) {
    while (true) {
        const char *start = p->at;
        while (p->at < p->end) {
            if (is(*p->at, plain_text) || *p->at == '\t') p->at++;
            else if (*p->at == '\n') {
                p->line++;
                p->at++;
            } else if (*p->at == ']' && p->end - p->at > 1 && p->at[1] != ']') p->at++;
            else break;
        }
        if (p->at >= p->end) return false;
        if (p->at > start && !cxml_builder_text(p->builder, start, (size_t)(p->at - start))) return false;
        if (at_comment(p)) {
            if (!skip_comment(p)) return false;
        } else if (*p->at == '<') {
            return true;
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
