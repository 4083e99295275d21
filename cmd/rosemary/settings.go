package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rosemary/internal/config"
	"rosemary/internal/installation"
	"rosemary/transfer/exchange"
)

// flagKeys are the flags that stand for a key of the configuration; a command has some of them.
var flagKeys = map[string]string{
	"data": "data", "listen": "listen", "checkpoints": "checkpoints", "behind-https": "behind-https", "key-file": "encryption.key-file",
	"tls-cert": "tls.cert", "tls-key": "tls.key", "log-level": "log.level", "log-format": "log.format", "metrics-listen": "metrics.listen",
}

// configFlags adds the flags that every command takes.
func configFlags(root *cobra.Command) {
	root.PersistentFlags().String("config", "", "the configuration `file`; ROSEMARY_CONFIG names it too")
	root.PersistentFlags().String("checkpoints", "", "the `folder` outside the data folder where signed checkpoints are copied (default: beside it)")
	root.PersistentFlags().String("key-file", "", "the `file` that opens an encrypted data folder")
}

// settings reads the configuration that a command runs with.
func settings(c *cobra.Command) (*config.Loaded, error) {
	in := config.Inputs{Env: os.Environ(), Flags: map[string]string{}}
	for name, key := range flagKeys {
		if f := c.Flags().Lookup(name); f != nil && f.Changed {
			in.Flags[key] = f.Value.String()
		}
	}
	if f := c.Flags().Lookup("config"); f != nil {
		in.File = f.Value.String()
	}
	l, err := config.Load(in)
	if err != nil {
		return nil, err
	}
	for _, w := range l.Warnings {
		fmt.Fprintln(c.ErrOrStderr(), "rosemary:", w)
	}
	return l, nil
}

// applied gives an installation what the configuration says of it.
func applied(l *config.Loaded, o installation.Options) installation.Options {
	o.Dir, o.Checkpoints, o.KeyFile, o.Readers, o.AttachmentLimit = l.Data, l.Checkpoints, l.KeyFile, l.Readers, l.Attachments
	o.Endpoints.Private = l.PrivateEndpoints
	return o
}

// configured are the systems that the configuration names.
func configured(l *config.Loaded) []exchange.Configured {
	list := make([]exchange.Configured, len(l.Systems))
	for i, s := range l.Systems {
		list[i] = exchange.Configured{NewPeer: exchange.NewPeer{Name: s.Name, Address: s.Address, Key: s.Key, Fingerprint: s.Fingerprint}, Places: s.Places}
	}
	return list
}

// logger writes as the configuration says.
func logger(w io.Writer, l *config.Loaded) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(l.LogLevel)) // the configuration has been checked
	o := &slog.HandlerOptions{Level: level}
	if l.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

func configCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "config", Short: "Show how Rosemary is configured", Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	show := &cobra.Command{
		Use: "show", Short: "Print every key, what it is, and where that comes from", Args: exactly(),
		Long: `A flag is stronger than the environment, the environment than the file, the file than what stands when nobody says otherwise. A key is
given in the environment as ROSEMARY_ and its name in capitals: backup.every as ROSEMARY_BACKUP_EVERY. No key holds a secret.`,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := settings(c)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "KEY\tVALUE\tFROM\tWHAT")
			for _, row := range l.Rows() {
				value := row.Value
				if value == "" {
					value = "-"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", row.Name, value, l.Sources[row.Name], row.About)
			}
			return w.Flush()
		},
	}
	dataFlag(show, new(string))
	listenFlag(show, new(string))
	c.AddCommand(show)
	return c
}

// secretLine reads the first line of a file that holds a secret.
func secretLine(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", usageError{fmt.Errorf("reading the passphrase: %w", err)}
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimRight(line, "\r"), nil
}
