package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// key is one row of the table.
type key struct {
	name  string // as the file writes it, a dot between levels
	about string
	get   func(c *Config) string
	set   func(c *Config, text string) error
}

// keys is the table: everything that can be configured.
var keys = []key{
	text("data", "the data folder", func(c *Config) *string { return &c.Data }, needed),
	text("checkpoints", "the folder outside the data folder where signed checkpoints are copied; left out: beside it", func(c *Config) *string { return &c.Checkpoints }, anything),
	number("readers", "how many connections read the database at once; 0: as many as suits the machine", func(c *Config) *int { return &c.Readers }, 0, 1000),
	text("listen", "the host:port to listen on", func(c *Config) *string { return &c.Listen }, address),
	text("address", "where it is reached from outside, as https://records.example: programs and apps of others get tokens for no other address; left out: from this machine only", func(c *Config) *string { return &c.Address }, publicAddress),
	span("system-tokens", "how long a token that a system gets by SMART is good for: 5m, at most 1h", func(c *Config) *time.Duration { return &c.SystemTokens }, time.Minute),
	yesNo("behind-https", "a proxy in front speaks HTTPS: cookies are sent no other way", func(c *Config) *bool { return &c.BehindHTTPS }),
	text("tls.cert", "the file with the certificate and its chain; read again when it is renewed", func(c *Config) *string { return &c.TLS.Cert }, anything),
	text("tls.key", "the file with the certificate's key", func(c *Config) *string { return &c.TLS.Key }, anything),
	text("tls.redirect-from", "a host:port where plain HTTP is sent on to HTTPS", func(c *Config) *string { return &c.TLS.RedirectFrom }, address),
	text("encryption.key-file", "the file, outside the data folder, that opens an encrypted data folder", func(c *Config) *string { return &c.KeyFile }, anything),
	span("backup.every", "how often the server makes a backup by itself: 6h, 1d; left out: never", func(c *Config) *time.Duration { return &c.Backup.Every }, 5*time.Minute),
	text("backup.to", "the folder where backups go", func(c *Config) *string { return &c.Backup.To }, anything),
	number("backup.keep", "how many backups are kept there, the newest; 0: all", func(c *Config) *int { return &c.Backup.Keep }, 0, 100_000),
	text("backup.recipient", "the public key that backups are encrypted for (rosemary backup key)", func(c *Config) *string { return &c.Backup.Recipient }, recipient),
	text("backup.passphrase-file", "a file with the passphrase that backups are encrypted with", func(c *Config) *string { return &c.Backup.PassphraseFile }, anything),
	yesNo("backup.unencrypted", "true: backups are not encrypted, on purpose", func(c *Config) *bool { return &c.Backup.Unencrypted }),
	text("downtime.to", "the folder, outside the data folder and better on another computer, where the downtime pack goes; left out: none is made", func(c *Config) *string { return &c.Downtime.To }, anything),
	span("downtime.every", "how often the downtime pack is made: 1h, 30m", func(c *Config) *time.Duration { return &c.Downtime.Every }, 5*time.Minute),
	size("attachments.limit", "how large one attachment may be: 25MB, 2GB; left out: what the program thinks right", func(c *Config) *int64 { return &c.Attachments }),
	text("transfer.systems-file", "a file that lists systems which records are exchanged with, beside those that are added on the pages", func(c *Config) *string { return &c.SystemsFile }, anything),
	size("transfer.file-limit", "how large a record may be that is taken in as a file on a page: 600MB, 4GB; left out: what the program thinks right", func(c *Config) *int64 { return &c.FileLimit }),
	yesNo("fhir.private-endpoints", "true: FHIR subscriptions may send to this machine and to private networks", func(c *Config) *bool { return &c.PrivateEndpoints }),
	text("log.level", "debug, info, warn or error", func(c *Config) *string { return &c.LogLevel }, oneOf("debug", "info", "warn", "error")),
	text("log.format", "text or json", func(c *Config) *string { return &c.LogFormat }, oneOf("text", "json")),
	text("metrics.listen", "a host:port of its own for /metrics; left out: on the main address, for callers on this machine only", func(c *Config) *string { return &c.MetricsListen }, address),
}

// Row is one key as it is listed.
type Row struct{ Name, Value, About string }

// Rows lists the keys in the order of the table.
func (c *Config) Rows() []Row {
	rows := make([]Row, len(keys))
	for i, k := range keys {
		rows[i] = Row{k.name, k.get(c), k.about}
	}
	return rows
}

func find(name string) *key {
	for i := range keys {
		if keys[i].name == name {
			return &keys[i]
		}
	}
	return nil
}

// EnvOf is the variable of the environment that gives a key its value.
func EnvOf(name string) string {
	return "ROSEMARY_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(name))
}

func findEnv(variable string) *key {
	for i := range keys {
		if EnvOf(keys[i].name) == variable {
			return &keys[i]
		}
	}
	return nil
}

// flagOf is the flag that gives a key its value.
func flagOf(name string) string {
	if name == "encryption.key-file" {
		return "key-file"
	}
	return strings.ReplaceAll(name, ".", "-")
}

// nearest finds the key that a misspelt one is likely to mean.
func nearest(name string) string {
	best, least := "", max(2, len(name)/4)+1
	for _, k := range keys {
		if d := distance(name, k.name); d < least {
			best, least = k.name, d
		}
	}
	return best
}

// distance is how many letters must be put in, left out or replaced.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost = min(corner, row[j], row[j+1]) + 1
			}
			corner, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

func text(name, about string, at func(*Config) *string, check func(string) error) key {
	return key{name, about, func(c *Config) string { return *at(c) }, func(c *Config, s string) error {
		*at(c) = s
		return check(s)
	}}
}

func yesNo(name, about string, at func(*Config) *bool) key {
	return key{name, about, func(c *Config) string { return strconv.FormatBool(*at(c)) }, func(c *Config, s string) error {
		switch s {
		case "true":
			*at(c) = true
		case "false":
			*at(c) = false
		default:
			return errors.New("it must be true or false")
		}
		return nil
	}}
}

func number(name, about string, at func(*Config) *int, least, most int) key {
	return key{name, about, func(c *Config) string { return strconv.Itoa(*at(c)) }, func(c *Config, s string) error {
		n, err := strconv.Atoi(s)
		if err != nil || n < least || n > most {
			return fmt.Errorf("it must be a whole number from %d to %d", least, most)
		}
		*at(c) = n
		return nil
	}}
}

func span(name, about string, at func(*Config) *time.Duration, least time.Duration) key {
	return key{name, about, func(c *Config) string {
		if *at(c) == 0 {
			return ""
		}
		return at(c).String()
	}, func(c *Config, s string) error {
		if s == "" || s == "0" {
			*at(c) = 0
			return nil
		}
		d, err := time.ParseDuration(s)
		if days, ok := strings.CutSuffix(s, "d"); ok {
			var n int
			n, err = strconv.Atoi(days)
			d = time.Duration(n) * 24 * time.Hour
		}
		if err != nil || d < least || d > 366*24*time.Hour {
			return fmt.Errorf("it must be a length of time of at least %s, such as 30m, 6h or 1d", strings.TrimSuffix(least.String(), "0s"))
		}
		*at(c) = d
		return nil
	}}
}

// units are the letters behind a size.
var units = []struct {
	suffix string
	bytes  int64
}{{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"B", 1}, {"", 1}}

func size(name, about string, at func(*Config) *int64) key {
	return key{name, about, func(c *Config) string {
		if *at(c) == 0 {
			return ""
		}
		return strconv.FormatInt(*at(c), 10)
	}, func(c *Config, s string) error {
		if s == "" {
			*at(c) = 0
			return nil
		}
		for _, u := range units {
			digits, ok := strings.CutSuffix(strings.ToUpper(s), u.suffix)
			if !ok {
				continue
			}
			n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
			if err != nil || n < 0 || n > 1<<40/u.bytes {
				break
			}
			*at(c) = n * u.bytes
			return nil
		}
		return errors.New("it must be a size, such as 500KB, 25MB or 2GB")
	}}
}

func anything(string) error { return nil }

func needed(s string) error {
	if s == "" {
		return errors.New("it cannot be empty")
	}
	return nil
}

func address(s string) error {
	if s == "" {
		return nil
	}
	_, port, err := net.SplitHostPort(s)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 {
		return errors.New("it must be host:port, such as 127.0.0.1:8080 or :443")
	}
	return nil
}

func publicAddress(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return errors.New("it must be an address without a path, such as https://records.example")
	}
	return nil
}

func recipient(s string) error {
	if s != "" && !strings.HasPrefix(s, "age1") {
		return errors.New("it must be a public key that begins with age1: see rosemary backup key")
	}
	return nil
}

func oneOf(words ...string) func(string) error {
	return func(s string) error {
		for _, w := range words {
			if s == w {
				return nil
			}
		}
		return errors.New("it must be one of " + strings.Join(words, ", "))
	}
}
