# Two commands do everything: `make run` and `make test`. Both install what a fresh Debian 12 with Swift lacks.
SHELL := /bin/bash
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
SWIFT_BUILD := swift build -j $(JOBS)
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
DATA ?= .waystation-try
# Orders of other vendors' formats that are not ours to ship are tested where a folder beside the checkout holds them.
WAYSTATION_SAMPLE_ORDERS ?= $(wildcard $(abspath ../shared/samples/orders))
ifneq ($(WAYSTATION_SAMPLE_ORDERS),)
export WAYSTATION_SAMPLE_ORDERS
endif

BUILD_PACKAGES := pkg-config librabbitmq-dev libssl-dev libxml2-dev libsqlite3-dev
TEST_PACKAGES := $(BUILD_PACKAGES) rabbitmq-server amqp-tools libxml2-utils openssl procps

INSTALL_FILES := PREFIX="$(PREFIX)" SYSCONFDIR="$(SYSCONFDIR)" DESTDIR="$(DESTDIR)" deploy/install-files

# Suites with real brokers, real disks and real processes.
HEAVY_TESTS := EmbeddedBrokerTests SQLiteStoreTests RabbitMQTests CommandLineTests IntegrationTests CrashTests

.PHONY: help run test build release check format install install-look install-build-packages install-test-packages clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install-build-packages ## Try it: COM and SOM on the embedded broker, with example orders, visibly
	$(SWIFT_BUILD) -c release --product waystation
	.build/release/waystation try --folder $(DATA) $(RUN_FLAGS)

test: install-test-packages ## Build everything and run all tests, against a real RabbitMQ too
	$(SWIFT_BUILD) --build-tests
	swift test --skip-build --skip '$(subst $() ,|,$(HEAVY_TESTS))'
	@# One after the other: each starts brokers and processes of its own.
	@set -e; for suite in $(HEAVY_TESTS); do echo "== $$suite"; swift test --skip-build --filter "^$$suite\."; done

build: install-build-packages ## Debug build
	$(SWIFT_BUILD)

release: install-build-packages ## Release build with the Swift runtime linked in
	$(SWIFT_BUILD) -c release --product waystation --static-swift-stdlib --scratch-path .build-static

check: test ## Format and tests: what a change must pass
	swift format lint --strict -r Package.swift Sources Tests

format: ## Format all sources in place
	swift format -i -r Package.swift Sources Tests

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

clean: ## Remove what was built and the data of `make run`
	rm -rf .build .build-static $(DATA)
