package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"rosemary/internal/backup"
	"rosemary/internal/config"
	"rosemary/internal/installation"
	"rosemary/standard"
)

func backupCommand() *cobra.Command {
	var dir, to, recipient, passphraseFile string
	var unencrypted bool
	c := &cobra.Command{
		Use:   "backup",
		Short: "Make a backup of everything in one sealed file, beside a running server",
		Long: `Copies the database as it stands at one moment, the attachments, the keys, the provider's own standard files and the checkpoints into one
file, compressed and encrypted. Care goes on meanwhile. The file takes its name when it is whole and on the disk.`,
		Example: `  rosemary backup key --output backup.key                 # once; keep it where the backups are not
  rosemary backup --to /var/backups/rosemary --recipient age1...
  rosemary backup check FILE --identity backup.key --deep`,
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := settings(c)
			if err != nil {
				return err
			}
			if to == "" {
				to = l.Backup.To
			}
			if recipient != "" || passphraseFile != "" || unencrypted {
				l.Backup.Recipient, l.Backup.PassphraseFile, l.Backup.Unencrypted = recipient, passphraseFile, unencrypted
			}
			seal, err := sealOf(l.Backup)
			if err != nil {
				return err
			}
			return besideServer(c, dir, func(ctx context.Context, in *installation.Installation) error {
				made, err := backup.Make(ctx, in, backup.Options{To: to, Seal: seal, Progress: stages(c)})
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Made %s: %d MB, %d files, up to moment %d.\n", made.Path, (made.Bytes+1<<20-1)>>20, made.Files, made.Moment)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&to, "to", "", "the `file` or folder where the backup goes")
	c.Flags().StringVar(&recipient, "recipient", "", "the `public key` that it is encrypted for (age1...)")
	c.Flags().StringVar(&passphraseFile, "passphrase-file", "", "a `file` with the passphrase that it is encrypted with")
	c.Flags().BoolVar(&unencrypted, "unencrypted", false, "do not encrypt it, on purpose: it holds every record and the keys")
	c.AddCommand(backupKey(), backupCheck())
	return c
}

// sealOf gives the seal that the configuration names.
func sealOf(b config.Backup) (backup.Seal, error) {
	seal := backup.Seal{Recipient: b.Recipient, Unencrypted: b.Unencrypted}
	var err error
	if b.PassphraseFile != "" {
		seal.Passphrase, err = secretLine(b.PassphraseFile)
	}
	return seal, err
}

// stages shows the progress of work that has several stages.
func stages(c *cobra.Command) func(what string, done, total int64) {
	var stage string
	var bar func(done, total int64)
	return func(what string, done, total int64) {
		if what != stage {
			stage, bar = what, progress(c.ErrOrStderr(), what)
		}
		bar(done, total)
	}
}

func backupKey() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use: "key", Short: "Make the key for backups: the public half seals them, the secret half opens them", Args: exactly(),
		Long: `Writes the secret half to a file that must not be there yet, and prints the public half, which goes into the configuration. Keep the secret half
away from the server and from the backups: whoever has it and a backup has every record. Without it no backup can be restored.`,
		RunE: func(c *cobra.Command, _ []string) error {
			public, secret, err := backup.NewKey()
			if err != nil {
				return err
			}
			file, err := os.OpenFile(output, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if errors.Is(err, os.ErrExist) {
				return &standard.Fault{Kind: standard.Conflict, Message: "The file " + output + " is there already. Nothing was changed.", Hint: "Name another with --output."}
			}
			if err != nil {
				return fmt.Errorf("writing the key: %w", err)
			}
			_, err = fmt.Fprintf(file, "# The secret half of the key for backups of Rosemary. Keep it away from the server and from the backups.\n# public: %s\n%s\n", public, secret)
			if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), public)
			fmt.Fprintf(c.ErrOrStderr(), "The secret half is in %s. Keep two copies of it, neither on this server.\n", output)
			return nil
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "backup.key", "the `file` for the secret half")
	return c
}

// openingFlags adds the flags that open a sealed backup.
func openingFlags(c *cobra.Command) func() (backup.Opening, error) {
	identity := c.Flags().String("identity", "", "the `file` with the secret half of the key")
	passphraseFile := c.Flags().String("passphrase-file", "", "a `file` with the passphrase")
	return func() (o backup.Opening, err error) {
		o.IdentityFile = *identity
		if *passphraseFile != "" {
			o.Passphrase, err = secretLine(*passphraseFile)
		}
		return o, err
	}
}

func backupCheck() *cobra.Command {
	var deep bool
	c := &cobra.Command{
		Use: "check FILE", Short: "Read a backup whole and compare every file with its hash", Args: exactly("FILE"),
		Long: `With --deep, the backup is also unpacked into a temporary folder, sealed with a throw-away key, and the log in it is verified as rosemary verify does.`,
	}
	opening := openingFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		o, err := opening()
		if err != nil {
			return err
		}
		checked, err := backup.Check(c.Context(), backup.Checking{Opening: o, File: args[0], Deep: deep, Now: time.Now, Logger: quietLogger(c), Progress: stages(c)})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "Whole: made %s, %d files, %d MB, up to moment %d of epoch %d.\n",
			checked.Made.Format(time.DateTime), checked.Files, checked.Bytes>>20, checked.Moment, checked.Epoch)
		if deep {
			fmt.Fprintf(c.OutOrStdout(), "Sound: %d contributions with %d versions.\n", checked.Proof.Contributions, checked.Proof.Versions)
		}
		return nil
	}
	c.Flags().BoolVar(&deep, "deep", false, "also verify the log in it")
	return c
}

func restoreCommand() *cobra.Command {
	var dir string
	var plain, stayOpen bool
	c := &cobra.Command{
		Use: "restore FILE", Short: "Restore a backup into a new data folder", Args: exactly("FILE"),
		Long: `Unpacks the backup beside the new folder, proves all of it, and only then gives the folder its name. The log goes on in a new epoch: devices send
again what they sent since the backup. Every token is revoked and every account is closed, for one that was closed since the backup, or given a new
password, is as it was then: open each again with rosemary user enable or rosemary user password. Name the folder of the checkpoints, where it has
survived, with --checkpoints: what was destroyed since the backup is destroyed again from the list in it, and the proof says what was lost.`,
		Example: "  rosemary restore rosemary-1a2b3c4d-20260309T090000Z.backup --data /var/lib/rosemary-new --identity backup.key --checkpoints /mnt/other/rosemary-checkpoints",
	}
	opening := openingFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		l, err := settings(c)
		if err != nil {
			return err
		}
		o, err := opening()
		if err != nil {
			return err
		}
		if plain {
			l.KeyFile = ""
		}
		done, err := backup.Restore(c.Context(), backup.Restoring{
			Opening: o, File: args[0], Dir: l.Data, Checkpoints: l.Checkpoints, KeyFile: l.KeyFile, Plain: plain, AccountsStayOpen: stayOpen,
			Now: time.Now, Logger: quietLogger(c), Progress: stages(c),
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "Restored into %s: everything up to moment %d, as it stood at %s. Epoch %d begins.\n",
			l.Data, done.Moment, done.Made.Format(time.DateTime), done.Restoration.Epoch)
		sayLosses(c, done.Proof)
		if done.Destroyed > 0 {
			fmt.Fprintf(c.OutOrStdout(), "%d destruction(s) since the backup were carried out again.\n", done.Destroyed)
		}
		sayAccounts(c, done, stayOpen, l.Data)
		return nil
	}
	dataFlag(c, &dir)
	c.Flags().BoolVar(&plain, "plain", false, "restore what was encrypted at rest without encryption")
	c.Flags().BoolVar(&stayOpen, "accounts-stay-open", false,
		"leave the accounts as they were: whoever was shut out since the backup can sign in again, with a password that was changed since")
	return c
}

// sayAccounts tells who can sign in behind a restore, and how the others are let in.
func sayAccounts(c *cobra.Command, done backup.Done, stayOpen bool, data string) {
	fmt.Fprintln(c.OutOrStdout(), "Everybody must sign in again and scripts need new tokens.")
	if stayOpen {
		fmt.Fprintf(c.OutOrStdout(), "The accounts are as they were: one that was closed since the backup is open, and a password that was changed since is good again. Look through: rosemary user list --data %s\n", data)
		return
	}
	fmt.Fprintf(c.OutOrStdout(), `%d account(s) were open and are closed now, for one that was closed since the backup, or given a new password, is as it was then. For each of those who may sign in:
  rosemary user enable ACCOUNT --data %[2]s      # its password of then is good
  rosemary user password ACCOUNT --data %[2]s    # a new password, which opens it too
`, done.Closed, data)
}

// sayLosses tells of every restore, and what it lost as far as checkpoints tell.
func sayLosses(c *cobra.Command, p installation.Proof) {
	for _, l := range p.Losses {
		fmt.Fprintf(c.OutOrStdout(), "Epoch %d: a backup of %s was restored at %s; the log went on behind moment %d.", l.Epoch, l.Backup, l.At.Format(time.DateTime), l.Size)
		if l.Through > l.Size {
			fmt.Fprintf(c.OutOrStdout(), " Moments %d to %d, which checkpoints of before name, were lost. If nobody restored a backup then, this is not what happened.", l.Size+1, l.Through)
		}
		fmt.Fprintln(c.OutOrStdout())
	}
}
