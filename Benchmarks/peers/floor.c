/* A durable worker without overlap of its stages: libxml2's reader, one SQLite transaction a batch with inbox, order,
   journal and outbox, acknowledgement, publish with confirm. Usage: floor URL COUNT BATCH classic|quorum */
#include "broker.h"
#include <libxml/xmlreader.h>
#include <sqlite3.h>
#include <unistd.h>

static sqlite3 *db;

static void run(const char *sql) {
  if (sqlite3_exec(db, sql, 0, 0, 0) != SQLITE_OK) die(sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *s;
  if (sqlite3_prepare_v2(db, sql, -1, &s, 0) != SQLITE_OK) die(sqlite3_errmsg(db));
  return s;
}

static void step(sqlite3_stmt *s) {
  if (sqlite3_step(s) != SQLITE_DONE) die(sqlite3_errmsg(db));
  sqlite3_reset(s);
}

static struct {
  sqlite3_stmt *seen, *load, *save, *note, *queue, *sent;
} sql;

static void open_store(void) {
  unlink("floor.db"), unlink("floor.db-wal"), unlink("floor.db-shm");
  if (sqlite3_open("floor.db", &db) != SQLITE_OK) die("open");
  run("pragma journal_mode=wal; pragma synchronous=full;"
      "create table inbox(id text primary key) without rowid;"
      "create table orders(id text primary key, version int, state blob);"
      "create table journal(order_id text, seq int, body blob, primary key(order_id, seq)) without rowid;"
      "create table outbox(seq integer primary key, body blob);");
  sql.seen = prepare("insert or ignore into inbox values(?)");
  sql.load = prepare("select version, state from orders where id=?");
  sql.save = prepare("insert into orders values(?,1,?) "
                     "on conflict(id) do update set version=version+1, state=excluded.state");
  sql.note = prepare("insert into journal values(?,?,?)");
  sql.queue = prepare("insert into outbox(body) values(?)");
  sql.sent = prepare("delete from outbox where seq<=?");
}

/* Reads the whole message and gives the text of its first ID. */
static void read_order_id(amqp_bytes_t body, char *id, size_t room) {
  xmlTextReaderPtr x = xmlReaderForMemory(body.bytes, body.len, 0, 0, XML_PARSE_NONET | XML_PARSE_COMPACT);
  int in_id = 0;
  id[0] = 0;
  while (xmlTextReaderRead(x) == 1) {
    int type = xmlTextReaderNodeType(x);
    if (type == XML_READER_TYPE_ELEMENT)
      in_id = !strcmp((const char *)xmlTextReaderConstLocalName(x), "ID");
    else if (type == XML_READER_TYPE_TEXT && in_id && !id[0])
      snprintf(id, room, "%s", (const char *)xmlTextReaderConstValue(x));
  }
  xmlFreeTextReader(x);
}

/* What one message changes; returns the outbox row. */
static sqlite3_int64 change(const amqp_message_t *message) {
  static const char state[1500];
  char id[64];
  int version = 0;
  read_order_id(message->body, id, sizeof id);
  sqlite3_bind_text(sql.seen, 1, message->properties.message_id.bytes, message->properties.message_id.len, SQLITE_STATIC);
  step(sql.seen);
  sqlite3_bind_text(sql.load, 1, id, -1, SQLITE_STATIC);
  if (sqlite3_step(sql.load) == SQLITE_ROW) version = sqlite3_column_int(sql.load, 0);
  sqlite3_reset(sql.load);
  sqlite3_bind_text(sql.save, 1, id, -1, SQLITE_STATIC);
  sqlite3_bind_blob(sql.save, 2, state, sizeof state, SQLITE_STATIC);
  step(sql.save);
  for (int i = 0; i < 2; i++) {
    sqlite3_bind_text(sql.note, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_int(sql.note, 2, version * 2 + i);
    sqlite3_bind_blob(sql.note, 3, state, 300, SQLITE_STATIC);
    step(sql.note);
  }
  sqlite3_bind_blob(sql.queue, 1, message->body.bytes, message->body.len, SQLITE_STATIC);
  step(sql.queue);
  return sqlite3_last_insert_rowid(db);
}

int main(int argc, char **argv) {
  if (argc != 5) die("usage: floor URL COUNT BATCH classic|quorum:");
  int count = atoi(argv[2]), batch = atoi(argv[3]);
  const char *in = "floor.in", *out = "floor.out";
  amqp_connection_state_t consumer = connect_broker(argv[1]), publisher = connect_broker(argv[1]);
  declare_empty(consumer, in, argv[4]);
  declare_empty(publisher, out, argv[4]);
  amqp_confirm_select(publisher, CHANNEL);
  uint64_t confirmed = fill(publisher, in, count, USUAL_BYTES), published = confirmed;
  open_store();
  amqp_basic_properties_t p = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG, .delivery_mode = 2};
  amqp_bytes_t *pending = calloc(batch, sizeof *pending);
  sqlite3_int64 last = 0, done = 0;

  struct measure measure = begin_measure();
  amqp_basic_qos(consumer, CHANNEL, 0, batch * 2, 0);
  amqp_basic_consume(consumer, CHANNEL, amqp_cstring_bytes(in), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
  for (int got = 0; got < count;) {
    int k = 0;
    uint64_t tag = 0;
    run("begin immediate");
    sqlite3_bind_int64(sql.sent, 1, done);
    step(sql.sent);
    while (k < batch && got < count) {
      amqp_envelope_t e;
      struct timeval wait = {0, k ? 1000 : 2000000};
      amqp_maybe_release_buffers(consumer);
      if (amqp_consume_message(consumer, &e, &wait, 0).reply_type != AMQP_RESPONSE_NORMAL) break;
      last = change(&e.message);
      pending[k++] = amqp_bytes_malloc_dup(e.message.body);
      tag = e.delivery_tag, got++;
      amqp_destroy_envelope(&e);
    }
    run("commit");
    if (k) amqp_basic_ack(consumer, CHANNEL, tag, 1);
    for (int i = 0; i < k; i++) {
      amqp_basic_publish(publisher, CHANNEL, amqp_empty_bytes, amqp_cstring_bytes(out), 0, 0, &p, pending[i]);
      amqp_bytes_free(pending[i]);
      published++;
    }
    confirmed = await_confirms(publisher, confirmed, published);
    done = last;
  }
  end_measure(measure, count);
  return 0;
}
