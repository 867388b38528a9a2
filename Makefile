# Two commands do everything: `make run` and `make test`. Both install what a fresh Debian 12 with Swift lacks.
SHELL := /bin/bash
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
SWIFT_BUILD := swift build -j $(JOBS)
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
DATA ?= .waystation-try
# Seeds of the simulator; `make simulate SEEDS=1..100000` takes two cores about three hours.
SEEDS ?= 1..1000
# Seeds that `make soak` gives the simulator after the real faults: hours; SOAK_SEEDS=none for none.
SOAK_SEEDS ?= 1..100000
# Tests that run the simulator take the fast build of it.
test: export WAYSTATION_SIMULATE := $(CURDIR)/.build/release/simulate
export FUZZ_SECONDS ?= 60
# Orders of other vendors' formats that are not ours to ship are tested where a folder beside the checkout holds them.
WAYSTATION_SAMPLE_ORDERS ?= $(wildcard $(abspath ../shared/samples/orders))
ifneq ($(WAYSTATION_SAMPLE_ORDERS),)
export WAYSTATION_SAMPLE_ORDERS
endif

BUILD_PACKAGES := pkg-config librabbitmq-dev libssl-dev libxml2-dev libsqlite3-dev libgoogle-perftools-dev
TEST_PACKAGES := $(BUILD_PACKAGES) rabbitmq-server amqp-tools libxml2-utils openssl procps

INSTALL_FILES := PREFIX="$(PREFIX)" SYSCONFDIR="$(SYSCONFDIR)" DESTDIR="$(DESTDIR)" deploy/install-files

# What the peers of `make bench` are built with, and what counts instructions.
PEER_PACKAGES := gcc golang-go golang-github-rabbitmq-amqp091-go-dev golang-github-mattn-go-sqlite3-dev python3-venv
COUNT_PACKAGES := valgrind
# Data of a measurement is kept on the disk of the checkout, whatever the system's folder for temporary files is; and
# what is measured is what `make install` puts in place.
BENCH := TMPDIR=$(CURDIR)/.build/bench/tmp WAYSTATION_EXECUTABLE=$(CURDIR)/.build-static/release/waystation .build/release/bench

# Suites with real brokers, real disks and real processes, and the one that takes all cores for minutes.
HEAVY_TESTS := SimulationTests EmbeddedBrokerTests SQLiteStoreTests RabbitMQTests CommandLineTests IntegrationTests CrashTests

.PHONY: help run test simulate soak fuzz sanitize build bench bench-growth bench-check bench-check-accept bench-build release check format install
.PHONY: install-look install-build-packages install-test-packages install-bench-packages clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

run: install-build-packages ## Try it: COM and SOM on the embedded broker, with example orders, visibly
	$(SWIFT_BUILD) -c release --product waystation
	.build/release/waystation try --folder $(DATA) $(RUN_FLAGS)

test: install-test-packages simulate ## Build everything and run all tests, against a real RabbitMQ too
	$(SWIFT_BUILD) --build-tests
	@# A filter that matches nothing passes: each suite must be there.
	@swift test list --skip-build > .build/tests.txt
	@for suite in $(notdir $(wildcard Tests/*Tests)); do \
	  grep -q "^$$suite\." .build/tests.txt || { echo "$$suite has no tests" >&2; exit 1; }; done
	swift test --skip-build --skip '$(subst $() ,|,$(HEAVY_TESTS))'
	@# One after the other: each takes all cores, or starts brokers and processes of its own.
	@set -e; for suite in $(HEAVY_TESTS); do echo "== $$suite"; swift test --skip-build --filter "^$$suite\."; done

fuzz: install-build-packages ## Arbitrary bytes into the readers of messages, YAML, AMQP frames and journal (FUZZ_SECONDS each, 60)
	JOBS=$(JOBS) Tests/FuzzingTests/run $(FUZZ_TARGETS)

sanitize: install-test-packages ## All tests under Thread Sanitizer, then under Address Sanitizer
	@JOBS=$(JOBS) Tests/Sanitizers/run thread $(SUITES)
	@JOBS=$(JOBS) Tests/Sanitizers/run address $(SUITES)

bench: bench-build ## The full flow beside a bare pump, a C, a Go and a FastStream worker; BENCH_FLAGS=--quick for a short one
	@deploy/install-packages $(PEER_PACKAGES) || echo "some peers cannot be built here"
	$(BENCH) compare $(BENCH_FLAGS)

bench-growth: bench-build ## A full store, a long queue, long orders
	$(BENCH) growth $(BENCH_FLAGS)

bench-check: bench-build ## Instructions of decode, decide, encode, journal and commit against Benchmarks/thresholds.json
	@deploy/install-packages $(COUNT_PACKAGES)
	$(BENCH) check

bench-check-accept: bench-build ## Keeps the instructions of now as the new thresholds
	@deploy/install-packages $(COUNT_PACKAGES)
	$(BENCH) check --accept

bench-build: install-bench-packages release
	$(SWIFT_BUILD) -c release --product bench-counts
	$(SWIFT_BUILD) -c release --product bench
	@mkdir -p .build/bench/tmp

simulate: install-build-packages ## The station in a simulated world; SEEDS=FIRST..LAST
	$(SWIFT_BUILD) -c release --product simulate
	.build/release/simulate --seeds $(SEEDS) --report .build/simulation.json

soak: install-bench-packages ## Real faults for about an hour, then the simulator for hours; SOAK_FLAGS="--rounds 300 --only K1", SOAK_SEEDS
	$(SWIFT_BUILD) -c release --product waystation
	$(SWIFT_BUILD) -c release --product simulate
	$(SWIFT_BUILD) -c release --product FaultShim
	$(SWIFT_BUILD) -c release --product soak
	@mkdir -p .build/soak/tmp
	TMPDIR=$(CURDIR)/.build/soak/tmp .build/release/soak --seeds $(SOAK_SEEDS) $(SOAK_FLAGS)

build: install-build-packages ## Debug build
	$(SWIFT_BUILD)

release: install-build-packages ## Release build with the Swift runtime linked in
	$(SWIFT_BUILD) -c release --product waystation --static-swift-stdlib --scratch-path .build-static

check: test ## Format and tests: what a change must pass
	swift format lint --strict -r Package.swift Sources Tests Benchmarks

format: ## Format all sources in place
	swift format -i -r Package.swift Sources Tests Benchmarks

install: install-look release ## Put binary, unit, configuration and example catalogs in place (PREFIX, SYSCONFDIR, DESTDIR)
	@BINARY=.build-static/release/waystation $(INSTALL_FILES)

# Before minutes of building: may this user write there at all?
install-look:
	@$(INSTALL_FILES) --look

install-build-packages:
	@deploy/install-packages $(BUILD_PACKAGES)

install-test-packages:
	@deploy/install-packages $(TEST_PACKAGES)
	@deploy/install-pika

install-bench-packages:
	@deploy/install-packages $(BUILD_PACKAGES) rabbitmq-server procps

clean: ## Remove what was built and the data of `make run`
	rm -rf .build .build-static .build-fuzz .build-tsan .build-asan $(DATA)
