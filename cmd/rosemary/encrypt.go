package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rosemary/internal/installation"
	"rosemary/internal/vault"
	"rosemary/standard"
)

func encryptCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "encrypt", Short: "Encrypt a data folder at rest; the server must be stopped", Args: exactly(),
		Long: `Encrypts the database and the files with keys. The key file named with --key-file is made, outside the data folder, and opens the folder from then on.
A recovery key is shown once: write it down and keep it in a safe. It must be typed back before anything is changed. Broken off at any point, the folder
opens as it was or as it should be; running the command again gets through.`,
		Example: "  rosemary encrypt --data /var/lib/rosemary --key-file /etc/rosemary/key",
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := settings(c)
			if err != nil {
				return err
			}
			if l.KeyFile == "" {
				return usageError{errors.New("--key-file is needed: the file, outside the data folder, that will open it")}
			}
			answers := bufio.NewReader(c.InOrStdin())
			done, err := installation.Encrypt(c.Context(), installation.Encryption{
				Dir: l.Data, KeyFile: l.KeyFile,
				Confirm: func(words string) error { return confirmRecovery(c, answers, words) },
				Stage:   func(name string) { fmt.Fprintln(c.ErrOrStderr(), name) },
			})
			if err != nil {
				return err
			}
			if !done {
				fmt.Fprintln(c.OutOrStdout(), "The data folder is encrypted already.")
				return nil
			}
			fmt.Fprintf(c.OutOrStdout(), "Encrypted. From now on every command needs the key file: --key-file %s, or encryption.key-file in the configuration.\n", l.KeyFile)
			return nil
		},
	}
	dataFlag(c, &dir)
	return c
}

// confirmRecovery shows the recovery key and wants it typed back.
func confirmRecovery(c *cobra.Command, answers *bufio.Reader, words string) error {
	fmt.Fprintf(c.OutOrStdout(), "The recovery key. It is shown this once. Write it down, and keep it in a safe, away from this computer:\n\n    %s\n\n", words)
	shown, err := vault.ParseWords(words)
	if err != nil {
		return err
	}
	for range 3 {
		fmt.Fprint(c.OutOrStdout(), "Type it back from the paper: ")
		line, err := answers.ReadString('\n')
		if strings.TrimSpace(line) == "" && err != nil {
			break
		}
		if typed, err := vault.ParseWords(line); err == nil && typed.Equal(shown) {
			return nil
		}
		fmt.Fprintln(c.OutOrStdout(), "That is not the key. Compare it group by group.")
	}
	return &standard.Fault{
		Kind: standard.Invalid, Message: "The recovery key was not typed back. Nothing was changed.", Hint: "Run the command again: it shows a new one.",
	}
}

func recoverCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "recover", Short: "Make a new key file with the recovery key", Args: exactly(),
		Long:    `Asks for the recovery key, or reads it from standard input, and makes a new key file for the encrypted data folder. The old key file opens it no more.`,
		Example: "  rosemary recover --data /var/lib/rosemary --key-file /etc/rosemary/key-2",
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := settings(c)
			if err != nil {
				return err
			}
			if l.KeyFile == "" {
				return usageError{errors.New("--key-file is needed: the new file, which must not be there yet")}
			}
			fmt.Fprint(c.ErrOrStderr(), "Recovery key: ")
			line, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
			if strings.TrimSpace(line) == "" {
				return &standard.Fault{Kind: standard.Invalid, Message: "No recovery key was given.", Hint: "Type it, or send it as one line on standard input.", Err: err}
			}
			if err := installation.Recover(l.Data, line, l.KeyFile); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "The new key file is %s. The old one opens this data folder no more.\n", l.KeyFile)
			return nil
		},
	}
	dataFlag(c, &dir)
	return c
}
