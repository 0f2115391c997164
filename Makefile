# `make` lists what can be done. Everything works from a fresh checkout; scripts/setup fetches what is missing.

.DEFAULT_GOAL := help
.PHONY: help setup ui run test check bench crash faults races model flips mutate rollback again catalogs absence reconcile network secrets powercut full clocks fuzz watch switches package clean

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
crash: ## kill every stage ALBUMEN_KILLS times (2000) at random moments, and as often at exact points
	scripts/test --test faults kills -- --nocapture
	scripts/test --test albumen crash -- --nocapture

full: export ALBUMEN_FULL ?= 1000
full: ## fill disks at ALBUMEN_FULL points (1000) and see that nothing is lost; needs root
	scripts/test --test faults full -- --nocapture

clocks: export ALBUMEN_CLOCKS ?= 400
clocks: ## let the clock jump in ALBUMEN_CLOCKS runs (400) of every stage, and see that nothing is lost
	scripts/test --test faults clock -- --nocapture

faults: export ALBUMEN_FAULTS ?= 5000
faults: export ALBUMEN_CHANCES ?= 1000
faults: ## make ALBUMEN_FAULTS (5000) calls of the system fail, and others by chance in ALBUMEN_CHANCES runs (1000), in every stage
	scripts/test --test faults -- --nocapture --skip kills --skip full --skip clock

races: export ALBUMEN_RACES ?= 10000
races: ## change originals, and copies, ALBUMEN_RACES times (10000) while they are removed, and see that nothing is lost
	scripts/test --test deletion -- --nocapture

model: export ALBUMEN_MODEL ?= 10000
model: ## try ALBUMEN_MODEL sequences (10000) of acts and kills against a model of what has to be there
	scripts/test --test model -- --nocapture

flips: export ALBUMEN_FLIPS ?= 10000
flips: ## damage ALBUMEN_FLIPS objects (10000) at the destination, and see that each is named and none that is whole
	scripts/test --test proof flips -- --nocapture

mutate: export ALBUMEN_MUTATIONS ?= 2000
mutate: ## change originals in 5 ways, ALBUMEN_MUTATIONS times each (2000), while they are read, and see that it is told
	scripts/test --test proof mutate -- --nocapture

rollback: export ALBUMEN_ROLLBACK ?= 10000
rollback: ## roll back ALBUMEN_ROLLBACK objects (10000), and see that the destination is as it was before
	scripts/test --test proof rollback -- --nocapture

again: export ALBUMEN_LIBRARIES ?= 100
again: ## move ALBUMEN_LIBRARIES libraries (100) twice, and see that the second time sends nothing
	scripts/test --test proof again -- --nocapture

catalogs: export ALBUMEN_CATALOGS ?= 2000
catalogs: ## damage ALBUMEN_CATALOGS catalogs (2000), lose, lock and age some, and see that nothing is lost
	scripts/test --test catalogs -- --nocapture

reconcile: export ALBUMEN_OBJECTS ?= 100000
reconcile: ## compare destinations that were damaged in 100 places, and one of ALBUMEN_OBJECTS (100000) that agrees
	scripts/test --test reconcile -- --nocapture

switches: export ALBUMEN_SWITCHES ?= 200
switches: ## go every phase there and back, killed ALBUMEN_SWITCHES times (200), and see that the old place comes back
	scripts/test --test switches -- --nocapture

absence: ## take away, empty, shrink and swap sources and destinations, in every command, and see that nothing is concluded
	scripts/test --test absence -- --nocapture

network: export ALBUMEN_EPISODES ?= 240
network: ## play ALBUMEN_EPISODES episodes (240) of a network that fails and storages that lie, and see that nothing is lost
	scripts/test --test network -- --nocapture --skip secret

secrets: export ALBUMEN_SECRETS ?= 100
secrets: ## run ALBUMEN_SECRETS times (100) to the end and search everything for what opens the destination
	scripts/test --test network secret -- --nocapture

watch: export ALBUMEN_WATCH_SECONDS ?= 120
watch: ## work in a library for ALBUMEN_WATCH_SECONDS (120) while it is copied, cut over, and see that all arrived once and nothing went
	scripts/test --test watch -- --nocapture

powercut: export ALBUMEN_POWERCUTS ?= 20000
powercut: ## let the power fail ALBUMEN_POWERCUTS times (20000), in every stage, and see that nothing is lost
	scripts/test --test powercut -- --nocapture

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
