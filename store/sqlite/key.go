package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "github.com/ncruces/go-sqlite3/vfs/adiantum" // registers the layer that encrypts files

	"lukechampine.com/adiantum"
	"lukechampine.com/adiantum/hbsh"
)

// KeySize is the length of a database's key in bytes.
const KeySize = 32

// cipherBlock is how much the encrypting layer encrypts as one; the tweak is the block's place in the file.
const cipherBlock = 4096

// plainHeader is how a database that is not encrypted begins.
const plainHeader = "SQLite format 3\x00"

// keyPragma must be the first statement of a connection to an encrypted database.
func keyPragma(key []byte) string {
	if key == nil {
		return ""
	}
	return "PRAGMA hexkey='" + hex.EncodeToString(key) + "'; "
}

// keyedName names an encrypted database together with its key, for where SQLite leaves no other way. It must not be put into an error or a log.
func keyedName(path string, key []byte) string {
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: "vfs=adiantum&hexkey=" + hex.EncodeToString(key)}
	return u.String()
}

// Encrypted reports whether the file at the path is a database that is encrypted. A file that is missing or empty is not.
func Encrypted(path string) (bool, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("data file: %w", err)
	}
	defer func() { _ = file.Close() }()
	head := make([]byte, len(plainHeader))
	n, err := io.ReadFull(file, head)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, fmt.Errorf("data file: %w", err)
	}
	return string(head[:n]) != plainHeader, nil
}

// keyFits checks that an encrypted database is opened with a key, and a plain one without.
func keyFits(path string, key []byte) error {
	if key != nil && len(key) != KeySize {
		return fmt.Errorf("the key of the database has %d bytes, not %d", len(key), KeySize)
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	encrypted, err := Encrypted(path)
	switch {
	case err != nil:
		return err
	case encrypted && key == nil:
		return unavailable("The records in this data folder are encrypted, and no key was given.", "Name the key file, with --key-file or in the configuration.", nil)
	case !encrypted && key != nil:
		return unavailable("The records in this data folder are not encrypted, though a key was given. Nothing was changed.",
			"Encrypt them with: rosemary encrypt. If they were encrypted once, somebody has put another file here.", nil)
	}
	return nil
}

// wholeBlocks cuts off what a power cut left of a block at the end of an encrypted log file: the encrypting layer cannot read a part of one, and SQLite would
// refuse the whole database for it. Nothing is lost: what was flushed ends with a whole block, for the layer calls them sectors and SQLite fills up the last.
func wholeBlocks(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size()%cipherBlock == 0 {
		return nil
	}
	if err == nil {
		err = os.Truncate(path, info.Size()/cipherBlock*cipherBlock)
	}
	if err != nil {
		return unavailable("The log file of the data cannot be opened.", "Check that this user may read and write it.", err)
	}
	return nil
}

// Another opens a second database, for work that needs room on the disk, encrypted with the same key where this one is.
func (db *DB) Another(ctx context.Context, path string) (*DB, error) {
	return Open(ctx, path, Options{Readers: 1, Key: db.key})
}

// Attach makes a database that Another gave legible on a connection, under a name of its own.
func (db *DB) Attach(ctx context.Context, conn *sql.Conn, path, name string) error {
	if db.key != nil {
		path = keyedName(path, db.key)
	}
	_, err := conn.ExecContext(ctx, `ATTACH ?1 AS `+name, path)
	return Fault(err)
}

// Encrypting gives a writer that encrypts a whole database file, written from its beginning, as it stands encrypted on the disk. Close fails when
// what was written is no whole number of blocks.
func Encrypting(w io.Writer, key []byte) io.WriteCloser {
	return &encrypting{to: w, cipher: adiantum.New(key)}
}

type encrypting struct {
	to     io.Writer
	cipher *hbsh.HBSH
	place  uint64
	block  bytes.Buffer
}

// Write encrypts the blocks that are whole and keeps the rest.
func (e *encrypting) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		some := min(len(p), cipherBlock-e.block.Len())
		e.block.Write(p[:some])
		p, n = p[some:], n+some
		if e.block.Len() < cipherBlock {
			break
		}
		if _, err := e.to.Write(e.cipher.Encrypt(e.block.Bytes(), tweak(e.place))); err != nil {
			return n, err
		}
		e.place += cipherBlock
		e.block.Reset()
	}
	return n, nil
}

// Close checks that nothing is left over.
func (e *encrypting) Close() error {
	if e.block.Len() > 0 {
		return errors.New("the database does not end with a whole page")
	}
	return nil
}

// Decrypting gives a reader of an encrypted database file as it would stand unencrypted on the disk.
func Decrypting(r io.Reader, key []byte) io.Reader {
	return &decrypting{from: r, cipher: adiantum.New(key), block: make([]byte, cipherBlock)}
}

type decrypting struct {
	from   io.Reader
	cipher *hbsh.HBSH
	place  uint64
	block  []byte
	rest   []byte // decrypted and not read yet
}

// Read decrypts block by block.
func (d *decrypting) Read(p []byte) (int, error) {
	if len(d.rest) == 0 {
		if _, err := io.ReadFull(d.from, d.block); err != nil {
			return 0, err
		}
		d.rest = d.cipher.Decrypt(d.block, tweak(d.place))
		d.place += cipherBlock
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

func tweak(place uint64) []byte { return binary.LittleEndian.AppendUint64(nil, place) }
