# Rosemary. `make` tells what there is.

GO     ?= go
LISTEN ?= 127.0.0.1:8080
DATA   ?= data

.PHONY: help run build assets test test-long check browser clean

help: ## Show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## Start Rosemary with the demonstration (made in about half a minute), and print the address and the sign-in
	./rosemary demo --listen $(LISTEN) --data $(DATA)

build: assets ## Build the one binary
	CGO_ENABLED=0 $(GO) build -trimpath -o rosemary ./cmd/rosemary

assets: web/assets/dist/app.css ## Build the styles and scripts of the pages

web/assets/dist/app.css: node_modules/.package-lock.json $(wildcard web/assets/src/* web/assets/*.mjs)
	npm run --silent build

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund --silent
	@touch $@

browser: ## Install what the tests need of Debian, where it is missing: Chromium, xmllint, and a C compiler for the race detector
	@missing=; command -v chromium >/dev/null || missing="chromium"; command -v gcc >/dev/null || missing="$$missing gcc libc6-dev"; \
	command -v xmllint >/dev/null || missing="$$missing libxml2-utils"; \
	test -z "$$missing" || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >/dev/null; }

test: assets browser check ## Build everything and run all tests
	$(GO) test -timeout 20m ./...
	CGO_ENABLED=1 $(GO) test -race -timeout 10m ./record/... ./access/... ./store/...

check: ## Formatting and vet
	@bad=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$bad" || { echo "not formatted: $$bad"; exit 1; }
	$(GO) vet ./...

test-long: assets ## What is too long for every commit: a thousand kills, long fuzzing
	ROSEMARY_KILLS=1000 $(GO) test -count 1 -timeout 60m -run TestKilledInMidCommit ./store/log
	ROSEMARY_KILLS=200 $(GO) test -count 1 -timeout 30m -run TestAKillLosesNothingAcknowledged ./store/attachment
	$(GO) test -run '^$$' -fuzz '^FuzzType$$' -fuzztime 5m -fuzzminimizetime 5s ./media
	$(GO) test -run '^$$' -fuzz '^FuzzPreview$$' -fuzztime 5m -fuzzminimizetime 5s ./media
	$(GO) test -run '^$$' -fuzz '^FuzzDecode$$' -fuzztime 5m -fuzzminimizetime 5s ./standard
	$(GO) test -run '^$$' -fuzz '^FuzzLoad$$' -fuzztime 5m -fuzzminimizetime 5s ./standard
	$(GO) test -run '^$$' -fuzz '^FuzzForm$$' -fuzztime 5m -fuzzminimizetime 5s ./standard
	$(GO) test -run '^$$' -fuzz '^FuzzDecodeHeader$$' -fuzztime 5m -fuzzminimizetime 5s ./record
	$(GO) test -run '^$$' -fuzz '^FuzzDecodeVersion$$' -fuzztime 5m -fuzzminimizetime 5s ./record
	$(GO) test -run '^$$' -fuzz '^FuzzRead$$' -fuzztime 5m -fuzzminimizetime 5s ./transfer
	ROSEMARY_COMPOSITIONS=20000 $(GO) test -count 1 -timeout 20m -run TestNobodyHoldsAnExtract ./ehr/ibime ./ehr/chime
	$(GO) test -run '^$$' -fuzz '^FuzzRead$$' -fuzztime 5m -fuzzminimizetime 5s ./ehr/xmltext
	$(GO) test -run '^$$' -fuzz '^FuzzApply$$' -fuzztime 5m -fuzzminimizetime 5s ./ehr/kept
	$(GO) test -run '^$$' -fuzz '^FuzzDecode$$' -fuzztime 5m -fuzzminimizetime 5s ./ehr/ibime
	$(GO) test -run '^$$' -fuzz '^FuzzDecode$$' -fuzztime 5m -fuzzminimizetime 5s ./ehr/chime
	$(GO) test -run '^$$' -fuzz '^FuzzSent$$' -fuzztime 5m -fuzzminimizetime 5s ./api
	$(GO) test -run '^$$' -fuzz '^FuzzPostedValues$$' -fuzztime 5m -fuzzminimizetime 5s ./web/form
	$(GO) test -run '^$$' -fuzz '^FuzzDecodeJSON$$' -fuzztime 5m -fuzzminimizetime 10x ./ehr/native
	$(GO) test -run '^$$' -fuzz '^FuzzDecodeXML$$' -fuzztime 5m -fuzzminimizetime 10x ./ehr/native
	ROSEMARY_COMPOSITIONS=50000 $(GO) test -count 1 -timeout 20m -run TestMemoryStaysFlat ./ehr/native

clean: ## Remove what was built
	rm -rf rosemary web/assets/dist/*.css web/assets/dist/*.js node_modules
