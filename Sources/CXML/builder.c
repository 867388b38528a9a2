/* The flat tree while it grows: arrays that double, indices that stay. */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for one more item of an array that `document` shows as constant. */
static bool reserve(const void *array, uint32_t *capacity, uint32_t count, size_t item_size, void **result) {
    *result = (void *)(uintptr_t)array;
    if (count < *capacity) return true;
    uint32_t grown = *capacity * 2;
    void *moved = grown > *capacity ? realloc(*result, grown * item_size) : NULL;
    if (moved == NULL) return false;
    *result = moved;
    *capacity = grown;
    return true;
}

enum { idle_builders_max = 16, idle_bytes_max = 1 << 18 };

/* Builders whose documents are gone keep their memory for the next ones: half a dozen large blocks a document are
   among the dearest that an allocator is asked for. */
static pthread_mutex_t idle_lock = PTHREAD_MUTEX_INITIALIZER;
static cxml_builder *idle;
static unsigned idle_count;

static void release(cxml_builder *builder) {
    const cxml_document *d = &builder->document;
    free((void *)(uintptr_t)d->nodes);
    free((void *)(uintptr_t)d->attributes);
    free((void *)(uintptr_t)d->declarations);
    free((void *)(uintptr_t)d->own_names);
    free((void *)(uintptr_t)d->text);
    free(builder);
}

static cxml_builder *take_idle(void) {
    pthread_mutex_lock(&idle_lock);
    cxml_builder *builder = idle;
    if (builder != NULL) {
        idle = builder->next;
        idle_count--;
    }
    pthread_mutex_unlock(&idle_lock);
    return builder;
}

static bool give_back(cxml_builder *builder) {
    size_t bytes = (size_t)builder->text_capacity + (size_t)builder->node_capacity * sizeof(cxml_node)
        + (size_t)builder->attribute_capacity * sizeof(cxml_attribute)
        + (size_t)builder->declaration_capacity * sizeof(cxml_declaration)
        + (size_t)builder->own_name_capacity * sizeof(cxml_own_name);
    if (bytes > idle_bytes_max) return false;
    pthread_mutex_lock(&idle_lock);
    bool kept = idle_count < idle_builders_max;
    if (kept) {
        builder->next = idle;
        idle = builder;
        idle_count++;
    }
    pthread_mutex_unlock(&idle_lock);
    return kept;
}

static cxml_builder *create(size_t source_length) {
    cxml_builder *builder = calloc(1, sizeof(cxml_builder));
    if (builder == NULL) return NULL;
    builder->node_capacity = (uint32_t)(source_length / 32 + 16);
    builder->attribute_capacity = (uint32_t)(source_length / 128 + 16);
    builder->declaration_capacity = 16;
    builder->own_name_capacity = 16;
    cxml_document *d = &builder->document;
    d->nodes = malloc(builder->node_capacity * sizeof(cxml_node));
    d->attributes = malloc(builder->attribute_capacity * sizeof(cxml_attribute));
    d->declarations = malloc(builder->declaration_capacity * sizeof(cxml_declaration));
    d->own_names = malloc(builder->own_name_capacity * sizeof(cxml_own_name));
    if (d->nodes != NULL && d->attributes != NULL && d->declarations != NULL && d->own_names != NULL)
        return builder;
    release(builder);
    return NULL;
}

cxml_builder *cxml_builder_create(const char *source, size_t source_length) {
    cxml_builder *builder = take_idle();
    if (builder == NULL) builder = create(source_length);
    if (builder == NULL) return NULL;
    cxml_document *d = &builder->document;
    /* Behind the source there is room for what does not stand in it as it is meant. */
    size_t capacity = source_length + source_length / 8 + 256;
    if (builder->text_capacity < capacity) {
        free((void *)(uintptr_t)d->text);
        d->text = malloc(capacity);
        builder->text_capacity = d->text == NULL ? 0 : (uint32_t)capacity;
    }
    if (d->text == NULL) {
        release(builder);
        return NULL;
    }
    memcpy((char *)(uintptr_t)d->text, source, source_length);
    d->source = d->text;
    d->text_length = d->source_length = (uint32_t)source_length;
    d->known_name_end = cxml_name_end();
    memset((void *)(uintptr_t)d->nodes, 0, sizeof(cxml_node));
    d->node_count = 1;
    d->attribute_count = d->declaration_count = d->own_name_count = 0;
    builder->depth = builder->open_node = builder->last_child[0] = 0;
    return builder;
}

void cxml_builder_free(cxml_builder *builder) {
    if (builder != NULL && !give_back(builder)) release(builder);
}

void cxml_document_free(const cxml_document *document) {
    cxml_builder_free((cxml_builder *)(uintptr_t)document);
}

static cxml_node *node_at(cxml_builder *builder, uint32_t index) {
    return (cxml_node *)(uintptr_t)&builder->document.nodes[index];
}

/* Makes room for that many bytes at the end of the text buffer, which may move. */
static bool make_room(cxml_builder *builder, size_t length) {
    cxml_document *d = &builder->document;
    if (length <= builder->text_capacity - d->text_length) return true;
    size_t grown = ((size_t)d->text_length + length) * 2;
    char *moved = grown < UINT32_MAX ? realloc((void *)(uintptr_t)d->text, grown) : NULL;
    if (moved == NULL) return false;
    d->text = d->source = moved;
    builder->text_capacity = (uint32_t)grown;
    return true;
}

bool cxml_builder_append(cxml_builder *builder, const char *text, size_t length, cxml_range *range) {
    cxml_document *d = &builder->document;
    if (!make_room(builder, length)) return false;
    memcpy((char *)(uintptr_t)d->text + d->text_length, text, length);
    *range = (cxml_range){d->text_length, (uint32_t)length};
    d->text_length += (uint32_t)length;
    return true;
}

bool cxml_builder_open(cxml_builder *builder, uint32_t name, uint32_t source_offset, uint32_t line) {
    cxml_document *d = &builder->document;
    void *nodes;
    if (builder->depth > CXML_DEPTH_CEILING) return false;
    bool roomy = reserve(d->nodes, &builder->node_capacity, d->node_count, sizeof(cxml_node), &nodes);
    d->nodes = nodes;
    if (!roomy) return false;
    uint32_t index = d->node_count++;
    *node_at(builder, index) = (cxml_node){
        .name = name,
        .parent = builder->open_node,
        .first_attribute = d->attribute_count,
        .first_declaration = d->declaration_count,
        .source_offset = source_offset,
        .line = line,
    };
    uint32_t previous = builder->last_child[builder->depth];
    if (previous != 0) node_at(builder, previous)->next_sibling = index;
    else if (builder->open_node != 0) node_at(builder, builder->open_node)->first_child = index;
    builder->last_child[builder->depth] = index;
    builder->depth++;
    builder->last_child[builder->depth] = 0;
    builder->open_node = index;
    return true;
}

void cxml_builder_close(cxml_builder *builder) {
    if (builder->depth == 0) return;
    builder->depth--;
    builder->open_node = node_at(builder, builder->open_node)->parent;
}

bool cxml_builder_declare(cxml_builder *builder, cxml_range prefix, cxml_range space) {
    cxml_document *d = &builder->document;
    void *declarations;
    bool roomy = reserve(
        d->declarations, &builder->declaration_capacity, d->declaration_count, sizeof(cxml_declaration),
        &declarations
    );
    d->declarations = declarations;
    if (!roomy) return false;
    ((cxml_declaration *)declarations)[d->declaration_count++] = (cxml_declaration){prefix, space};
    node_at(builder, builder->open_node)->declaration_count++;
    return true;
}

bool cxml_builder_attribute(cxml_builder *builder, uint32_t name, cxml_range value) {
    cxml_document *d = &builder->document;
    void *attributes;
    bool roomy = reserve(
        d->attributes, &builder->attribute_capacity, d->attribute_count, sizeof(cxml_attribute), &attributes
    );
    d->attributes = attributes;
    if (!roomy) return false;
    ((cxml_attribute *)attributes)[d->attribute_count++] = (cxml_attribute){name, value};
    node_at(builder, builder->open_node)->attribute_count++;
    return true;
}

/* The text that is being read: it may come in several runs. */
static cxml_range *open_text(cxml_builder *builder) {
    uint32_t previous = builder->last_child[builder->depth];
    return previous == 0 ? &node_at(builder, builder->open_node)->text : &node_at(builder, previous)->tail;
}

/* Adds a run at the end of the buffer, where the runs before it are or are brought to. */
static bool add_run(cxml_builder *builder, cxml_range *range, const char *text, size_t length) {
    cxml_document *d = &builder->document;
    cxml_range added;
    bool is_at_end = range->offset + range->length == d->text_length;
    if (range->length > 0 && !is_at_end) {
        if (!make_room(builder, range->length)) return false;
        if (!cxml_builder_append(builder, d->text + range->offset, range->length, range)) return false;
    }
    if (!cxml_builder_append(builder, text, length, &added)) return false;
    if (range->length == 0) *range = added;
    else range->length += added.length;
    return true;
}

bool cxml_builder_text(cxml_builder *builder, const char *text, size_t length) {
    if (builder->open_node == 0) return true;
    return add_run(builder, open_text(builder), text, length);
}

bool cxml_builder_text_at(cxml_builder *builder, cxml_range text) {
    if (builder->open_node == 0) return true;
    cxml_range *range = open_text(builder);
    if (range->length == 0) {
        *range = text;
        return true;
    }
    /* Room first: what is copied is in the buffer itself. */
    if (!make_room(builder, (size_t)range->length + text.length)) return false;
    return add_run(builder, range, builder->document.text + text.offset, text.length);
}

uint32_t cxml_builder_name(cxml_builder *builder, cxml_name name) {
    uint32_t known = cxml_name_find(name);
    if (known != 0) return known;
    cxml_document *d = &builder->document;
    void *names;
    bool roomy =
        reserve(d->own_names, &builder->own_name_capacity, d->own_name_count, sizeof(cxml_own_name), &names);
    d->own_names = names;
    cxml_own_name own;
    if (!roomy || !cxml_builder_append(builder, name.space, name.space_length, &own.space)
        || !cxml_builder_append(builder, name.local, name.local_length, &own.local))
        return 0;
    ((cxml_own_name *)names)[d->own_name_count] = own;
    return CXML_OWN_NAME | d->own_name_count++;
}
