// A Go worker: amqp091-go and mattn/go-sqlite3, one transaction and one round of confirms a batch.
// Usage: worker-go URL COUNT QUEUE BATCH, after feed
package main

import (
	"database/sql"
	"encoding/xml"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	_ "github.com/mattn/go-sqlite3"
	amqp "github.com/rabbitmq/amqp091-go"
)

type message struct {
	ID    string `xml:"EBMHeader>EBMID"`
	Order struct {
		ID    string `xml:"ID"`
		Lines []struct {
			ID     string `xml:"ID"`
			Action string `xml:"ActionCode"`
			Name   string `xml:"ItemReference>Name"`
		} `xml:"ProvisioningOrderLine"`
	} `xml:"DataArea>ProcessProvisioningOrder"`
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// store holds the statements of a durable SQLite file.
type store struct {
	db                                  *sql.DB
	seen, load, save, note, put, forget *sql.Stmt
}

func openStore() store {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove("go.db" + suffix)
	}
	db := must(sql.Open("sqlite3", "go.db?_journal_mode=WAL&_synchronous=FULL"))
	db.SetMaxOpenConns(1)
	must(db.Exec(`create table inbox(id text primary key) without rowid;
		create table orders(id text primary key, version int, state blob);
		create table journal(seq integer primary key, order_id text, body blob);
		create table outbox(seq integer primary key, body blob)`))
	return store{
		db:   db,
		seen: must(db.Prepare("insert or ignore into inbox values(?)")),
		load: must(db.Prepare("select version, state from orders where id=?")),
		save: must(db.Prepare(`insert into orders values(?,1,?)
			on conflict(id) do update set version=version+1, state=excluded.state`)),
		note:   must(db.Prepare("insert into journal(order_id, body) values(?,?)")),
		put:    must(db.Prepare("insert into outbox(body) values(?)")),
		forget: must(db.Prepare("delete from outbox")),
	}
}

// commit writes what a batch of messages changes, durably, in one transaction.
func (s store) commit(work []amqp.Delivery) {
	state := make([]byte, 1500)
	tx := must(s.db.Begin())
	must(tx.Stmt(s.forget).Exec())
	for _, d := range work {
		var m message
		var version int
		var old []byte
		check(xml.Unmarshal(d.Body, &m))
		must(tx.Stmt(s.seen).Exec(m.ID))
		if err := tx.Stmt(s.load).QueryRow(m.Order.ID).Scan(&version, &old); err != sql.ErrNoRows {
			check(err)
		}
		must(tx.Stmt(s.save).Exec(m.Order.ID, state))
		must(tx.Stmt(s.note).Exec(m.Order.ID, state[:300]))
		must(tx.Stmt(s.note).Exec(m.Order.ID, state[:300]))
		must(tx.Stmt(s.put).Exec(d.Body))
	}
	check(tx.Commit())
}

// gather takes what follows a first message within a millisecond.
func gather(first amqp.Delivery, deliveries <-chan amqp.Delivery, limit int) []amqp.Delivery {
	work, late := []amqp.Delivery{first}, time.After(time.Millisecond)
	for len(work) < limit {
		select {
		case d := <-deliveries:
			work = append(work, d)
		case <-late:
			return work
		}
	}
	return work
}

func usage() syscall.Rusage {
	var u syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return u
}

func cpuMicroseconds(u syscall.Rusage) int64 {
	return (u.Utime.Sec+u.Stime.Sec)*1_000_000 + int64(u.Utime.Usec+u.Stime.Usec)
}

func main() {
	url, queue := os.Args[1], os.Args[3]
	count, batch := must(strconv.Atoi(os.Args[2])), must(strconv.Atoi(os.Args[4]))
	s := openStore()
	in := must(must(amqp.Dial(url)).Channel())
	out := must(must(amqp.Dial(url)).Channel())
	check(out.Confirm(false))
	confirms := out.NotifyPublish(make(chan amqp.Confirmation, batch*4))

	fmt.Println("started")
	before := cpuMicroseconds(usage())
	check(in.Qos(batch*2, 0, false))
	deliveries := must(in.Consume(queue, "", false, false, false, false, nil))
	var start time.Time
	for got := 0; got < count; {
		first := <-deliveries
		if got == 0 {
			start = time.Now()
		}
		limit := batch
		if count-got < limit {
			limit = count - got
		}
		work := gather(first, deliveries, limit)
		s.commit(work)
		check(work[len(work)-1].Ack(true))
		for _, d := range work {
			check(out.Publish("", queue+".out", false, false,
				amqp.Publishing{DeliveryMode: 2, MessageId: d.MessageId, Body: d.Body}))
		}
		for range work {
			if !(<-confirms).Ack {
				panic("publish refused")
			}
		}
		got += len(work)
	}
	after := usage()
	fmt.Printf("ended hopsPerSecond=%.1f cpuMicrosecondsPerHop=%.2f peakKilobytes=%d\n",
		float64(count)/time.Since(start).Seconds(), float64(cpuMicroseconds(after)-before)/float64(count), after.Maxrss)
}
