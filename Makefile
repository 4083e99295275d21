# Rosemary. `make` tells what there is.

GO     ?= go
LISTEN ?= 127.0.0.1:8080
DATA   ?= data

.PHONY: help run build assets test test-long fuzz check browser clean

help: ## Show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## Start Rosemary with the demonstration (made in about half a minute), and print the address and the sign-in
	./rosemary demo --listen $(LISTEN) --data $(DATA)

build: assets ## Build the one binary
	CGO_ENABLED=0 $(GO) build -trimpath -o rosemary ./cmd/rosemary

assets: web/assets/dist/app.css standard/packed/files.bin web/sentences/source.txt fhir/resource/dist/definitions.txt ## Build the styles and scripts of the pages, parse the standard's files, list the sentences of the source, and make the table of the FHIR definitions

web/assets/dist/app.css: node_modules/.package-lock.json $(wildcard web/assets/src/* web/assets/src/*/* web/assets/*.mjs)
	npm run --silent build

standard/packed/files.bin: $(wildcard standard/*.go standard/*.yaml standard/*/*.yaml)
	$(GO) run ./standard/pack

web/sentences/source.txt: $(shell find access care internal/sentences record standard transfer web -name '*.go' ! -name '*_test.go')
	$(GO) run ./internal/sentences/write $@

fhir/resource/dist/definitions.txt: node_modules/.package-lock.json fhir/resource/build.mjs
	node fhir/resource/build.mjs
	@touch $@

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

# How often and how long test-long tries; docs/changing-rosemary.md says what it does.
KILLS        ?= 1000
WORK_KILLS   ?= 100
FUZZ_SECONDS ?= 3600
LOAD_SECONDS ?= 300
MOVE_MB ?= 2000
COMPOSITIONS ?= 50000

test-long: assets ## What is too long for every commit: kills and power cuts, an hour of fuzzing, ten times the load
	ROSEMARY_KILLS=$(KILLS) $(GO) test -count 1 -timeout 2h -run TestKilledInMidCommit ./store/log
	ROSEMARY_KILLS=$(WORK_KILLS) $(GO) test -count 1 -timeout 1h -run TestAKillLosesNothingAcknowledged ./store/attachment
	ROSEMARY_KILLS=$(WORK_KILLS) $(GO) test -count 1 -timeout 1h -run TestKilledWhileDestroying ./internal/installation
	ROSEMARY_KILLS=$(WORK_KILLS) $(GO) test -count 1 -timeout 1h -run TestKilledWhileIndexing ./store/search
	ROSEMARY_KILLS=$(WORK_KILLS) $(GO) test -count 1 -timeout 2h -run TestKilledLongWork ./cmd/rosemary
	ROSEMARY_MOVE_MB=$(MOVE_MB) $(GO) test -count 1 -timeout 1h -run TestALargeRecordMoves ./cmd/rosemary
	ROSEMARY_LOAD_SECONDS=$(LOAD_SECONDS) $(GO) test -count 1 -timeout 1h -run TestTenTimesTheLoad ./cmd/rosemary
	ROSEMARY_COMPOSITIONS=$(COMPOSITIONS) $(GO) test -count 1 -timeout 1h -run 'TestNobodyHoldsAnExtract|TestMemoryStaysFlat' ./ehr/...
	ROSEMARY_ALL_EXAMPLES=1 $(GO) test -count 1 -timeout 10m -run TestOfficialExamples ./fhir/resource
	$(MAKE) fuzz

fuzz: ## Fuzz every target there is, FUZZ_SECONDS in all, a fair share each
	@targets=$$(grep -rnE --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z]+\(' . | sed -E 's|^(.*)/[^/]*:[0-9]+:func (Fuzz[A-Za-z]+).*|\1 \2|' | sort); \
	share=$$(( $(FUZZ_SECONDS) / $$(echo "$$targets" | wc -l) )); \
	echo "$$targets" | while read -r folder target; do \
		echo "$$folder $$target, $$share s"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime "$${share}s" -fuzzminimizetime 10x "$$folder" || exit 1; \
	done

clean: ## Remove what was built
	rm -rf rosemary web/assets/dist/*.css web/assets/dist/*.js standard/packed/files.bin web/sentences/source.txt fhir/resource/dist/*.txt node_modules
