# `make` lists what can be done. Everything works from a fresh checkout; scripts/setup fetches what is missing.

.DEFAULT_GOAL := help
.PHONY: help setup ui run test check bench crash faults races model fuzz package clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what running and testing need
	scripts/setup test

ui: ## build the page the window shows, if it changed
	scripts/ui

run: ## build the app and open it (without a display: open it unseen and take a picture)
	scripts/setup run
	cargo build --locked --release -p albumen-desktop -p albumen-cli
	scripts/run

test: ## every check and every test, the real window included
	scripts/setup test
	scripts/test

check: ## format, lints, licences, advisories, generated types; runs nothing
	scripts/setup test
	scripts/check

bench: ## measure, and write down what was measured
	scripts/setup bench
	scripts/bench

crash: export ALBUMEN_KILLS ?= 2000
crash: ## kill the migration ALBUMEN_KILLS times (2000) and see that nothing is lost
	scripts/test --test albumen crash -- --nocapture

faults: export ALBUMEN_FAULTS ?= 5000
faults: ## make ALBUMEN_FAULTS (5000) calls of the system fail, in every stage, and see that nothing is lost
	scripts/test --test faults -- --nocapture

races: export ALBUMEN_RACES ?= 10000
races: ## change originals ALBUMEN_RACES times (10000) while they are deleted, and see that nothing is lost
	scripts/test --test deletion -- --nocapture

model: export ALBUMEN_MODEL ?= 10000
model: ## try ALBUMEN_MODEL sequences (10000) of acts and kills against a model of what has to be there
	scripts/test --test model -- --nocapture

fuzz: export ALBUMEN_FUZZ_SECONDS ?= 600
fuzz: ## feed anything to every reader of foreign bytes, ALBUMEN_FUZZ_SECONDS each (600)
	scripts/fuzz

package: ## an installable .deb
	scripts/setup run
	npm --prefix ui run tauri -- build --bundles deb
	@ls target/release/bundle/deb/*.deb

clean: ## remove what was built
	cargo clean
	rm -rf ui/dist gen
