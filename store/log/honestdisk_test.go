package log_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/ncruces/go-sqlite3/vfs/adiantum"
)

// An honest disk keeps what it was told to flush, and may lose or tear everything that was written since: any sector of 512 bytes holds what it held before or
// what was written to it. A process that is killed leaves all it wrote to the operating system; so the process to be killed writes down, beside the data,
// what it overwrites and up to where it has flushed (honestDisk), and whoever killed it takes away what the current would have taken (powerCut).

const sector = 512

// The records of the account that is kept.
const (
	wasWritten   = 'w' // place, length before, bytes before
	wasFlushed   = 's' // up to which record, as its place in the account
	wasTruncated = 't' // to which size
)

// honestDisk lies below the layer that encrypts, which is reached by a name: so nothing of the product need know of it.
type honestDisk struct {
	vfs.VFS
	mu       sync.Mutex
	accounts map[string]*account // by path
}

// account tells of one file. All connections share it.
type account struct {
	mu   sync.Mutex
	file *os.File
	size int64
}

// layHonestDisk puts it below all encrypted databases that this process opens from now on.
func layHonestDisk() {
	vfs.Register("adiantum", adiantum.Wrap(&honestDisk{VFS: vfs.Find(""), accounts: map[string]*account{}}, nil))
}

func (d *honestDisk) Open(string, vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return nil, 0, errors.New("opened by a plain name")
}

func (d *honestDisk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	file, flags, err := vfsutil.WrapOpenFilename(d.VFS, name, flags)
	if err != nil || flags&(vfs.OPEN_MAIN_DB|vfs.OPEN_WAL) == 0 {
		return file, flags, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	a := d.accounts[name.String()]
	if a == nil {
		to, err := os.Create(name.String() + ".account")
		if err != nil {
			return nil, flags, err
		}
		a = &account{file: to}
		d.accounts[name.String()] = a
	}
	return &honestFile{File: file, account: a}, flags, nil
}

// honestFile is one open file on the disk.
type honestFile struct {
	vfs.File
	account *account
}

// add writes one record. The caller holds mu.
func (a *account) add(kind byte, n, m int64, before []byte) error {
	b := binary.LittleEndian.AppendUint64(append(make([]byte, 0, 25+len(before)), kind), uint64(n))
	b = binary.LittleEndian.AppendUint64(b, uint64(m))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(before)))
	wrote, err := a.file.Write(append(b, before...))
	a.size += int64(wrote)
	return err
}

func (f *honestFile) WriteAt(p []byte, at int64) (int, error) {
	f.account.mu.Lock()
	defer f.account.mu.Unlock()
	before := make([]byte, len(p))
	n, err := f.File.ReadAt(before, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if err := f.account.add(wasWritten, at, int64(len(p)), before[:n]); err != nil {
		return 0, err
	}
	return f.File.WriteAt(p, at)
}

func (f *honestFile) Sync(flags vfs.SyncFlag) error {
	f.account.mu.Lock()
	upTo := f.account.size
	f.account.mu.Unlock()
	if err := f.File.Sync(flags); err != nil {
		return err
	}
	f.account.mu.Lock()
	defer f.account.mu.Unlock()
	return f.account.add(wasFlushed, upTo, 0, nil)
}

func (f *honestFile) Truncate(size int64) error {
	f.account.mu.Lock()
	defer f.account.mu.Unlock()
	if err := f.account.add(wasTruncated, size, 0, nil); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *honestFile) Unwrap() vfs.File                { return f.File }
func (f *honestFile) SharedMemory() vfs.SharedMemory  { return vfsutil.WrapSharedMemory(f.File) }
func (f *honestFile) LockState() vfs.LockLevel        { return vfsutil.WrapLockState(f.File) }
func (f *honestFile) PersistWAL() bool                { return vfsutil.WrapPersistWAL(f.File) }
func (f *honestFile) SetPersistWAL(keep bool)         { vfsutil.WrapSetPersistWAL(f.File, keep) }
func (f *honestFile) HasMoved() (bool, error)         { return vfsutil.WrapHasMoved(f.File) }
func (f *honestFile) Overwrite() error                { return vfsutil.WrapOverwrite(f.File) }
func (f *honestFile) SyncSuper(name string) error     { return vfsutil.WrapSyncSuper(f.File, name) }
func (f *honestFile) BusyHandler(handler func() bool) { vfsutil.WrapBusyHandler(f.File, handler) }

// write is one write that was not flushed.
type write struct {
	from, length int64 // of the record in the account; of the write
	at           int64
	before       []byte
}

// powerCut takes away from a database file or its log what the current would have taken. It returns how many writes it had to choose from.
func powerCut(t *testing.T, path string) int {
	t.Helper()
	unflushed := readAccount(t, path+".account")
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	size := info.Size()
	fate := rand.IntN(4) // all is kept; all is lost; each write as it falls; torn
	for i := len(unflushed) - 1; i >= 0; i-- {
		w := unflushed[i]
		for at, end := w.at, int64(0); at < w.at+w.length; at = end {
			end = w.at + w.length
			if fate == 3 {
				end = min((at/sector+1)*sector, end)
			}
			if fate == 1 || fate > 1 && rand.IntN(2) == 0 {
				lose(t, file, w, at, end, &size)
			}
		}
	}
	if err := file.Truncate(size); err != nil {
		t.Fatal(err)
	}
	return len(unflushed)
}

// lose puts back what stood in a part of a write. Behind the old end there was nothing: rubbish or zeros stand there, or the file ends earlier.
func lose(t *testing.T, file *os.File, w write, from, to int64, size *int64) {
	t.Helper()
	was := make([]byte, to-from)
	if rand.IntN(2) == 0 {
		for i := range was {
			was[i] = byte(rand.Uint32())
		}
	}
	known := int64(0)
	if from-w.at < int64(len(w.before)) {
		known = int64(copy(was, w.before[from-w.at:]))
	}
	if _, err := file.WriteAt(was, from); err != nil {
		t.Fatal(err)
	}
	if to == *size && known < to-from && rand.IntN(2) == 0 {
		*size = from + known
	}
}

// readAccount reads which writes were not flushed.
func readAccount(t *testing.T, path string) (unflushed []write) {
	t.Helper()
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	in := bufio.NewReader(file)
	for place := int64(0); ; {
		head := make([]byte, 25)
		if _, err := io.ReadFull(in, head); err != nil {
			return unflushed // the last one may have been cut off by the kill, before what it tells of was done
		}
		n, m := int64(binary.LittleEndian.Uint64(head[1:])), int64(binary.LittleEndian.Uint64(head[9:]))
		before := make([]byte, binary.LittleEndian.Uint64(head[17:]))
		if _, err := io.ReadFull(in, before); err != nil {
			return unflushed
		}
		switch head[0] {
		case wasWritten:
			unflushed = append(unflushed, write{from: place, length: m, at: n, before: before})
		case wasFlushed:
			for len(unflushed) > 0 && unflushed[0].from < n {
				unflushed = unflushed[1:]
			}
		case wasTruncated: // as if it had reached the disk at once
			kept := unflushed[:0]
			for _, w := range unflushed {
				if w.at+w.length <= n {
					kept = append(kept, w)
				}
			}
			unflushed = kept
		default:
			t.Fatalf("%s: a record of kind %q", path, head[0])
		}
		place += int64(len(head) + len(before))
	}
}

// tornTail damages the log file of a database that is not encrypted behind the last frame that was committed: the shared index of the log, which outlives the
// process, says how far that is, and is written after the frames were flushed.
func tornTail(t *testing.T, path string) (behind int64) {
	t.Helper()
	index, err := os.ReadFile(path + "-shm")
	if err != nil || len(index) < 136 {
		return 0
	}
	word := func(at int) uint32 { return binary.NativeEndian.Uint32(index[at:]) }
	if string(index[:48]) != string(index[48:96]) {
		return 0 // it was being written
	}
	pageSize := int64(binary.NativeEndian.Uint16(index[14:]))
	if pageSize == 1 {
		pageSize = 65536
	}
	end := int64(0)
	if frames := int64(word(16)); frames > 0 {
		end = 32 + frames*(24+pageSize)
	}
	file, err := os.OpenFile(path+"-wal", os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	behind = max(0, info.Size()-end)
	rubbish := make([]byte, 1+rand.Int64N(3*pageSize))
	for i := range rubbish {
		rubbish[i] = byte(rand.Uint32())
	}
	at := end + rand.Int64N(behind+1)
	switch rand.IntN(3) {
	case 0:
		err = file.Truncate(at)
	case 1:
		_, err = file.WriteAt(rubbish, at)
	case 2:
		if _, err = file.WriteAt(rubbish[:min(int64(len(rubbish)), sector)], at); err == nil {
			err = file.Truncate(max(at, end))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return behind
}

// besideIt are the files of an account that the next process begins anew.
func besideIt(t *testing.T, path string) {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		if err := os.Remove(name + ".account"); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(fmt.Errorf("%s: %w", filepath.Base(name), err))
		}
	}
}
