// Package assets holds the idea of the pages' styles, scripts and icons as files inside the program, each with an
// address that changes when its content does, so that a browser may keep it for ever.
//
// The files are built from src by `npm run build` into dist, which git ignores; dist/README is there so that the program
// can be built before they are. The package does not build, bundle or compress, and serves nothing of a record.
package assets

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed dist
var embedded embed.FS // go:embed needs a variable of the package; nothing writes to it

// Prefix is where the files are served.
const Prefix = "/assets/"

// Assets are the files and their addresses.
type Assets struct {
	files     fs.FS
	urls      map[string]string // by the name of the file
	addressed map[string]asset  // by what follows Prefix in the address
}

// asset is one file, ready to be sent.
type asset struct {
	name    string
	hash    string
	content []byte
}

// Load reads the files that the program holds.
func Load() (*Assets, error) {
	files, err := fs.Sub(embedded, "dist")
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	return New(files)
}

// New reads all files of a folder, such as dist on the disk while one works on them.
func New(files fs.FS) (*Assets, error) {
	a := &Assets{files: files, urls: map[string]string{}, addressed: map[string]asset{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == "README" {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		a.add(name, content)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("assets: read the styles and scripts: %w", err)
	}
	return a, nil
}

// add gives a file its address. It can be asked for by its plain name too: the styles name their icons so.
func (a *Assets) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:8])
	extension := path.Ext(name)
	hashed := strings.TrimSuffix(name, extension) + "." + hash + extension
	a.urls[name] = Prefix + hashed
	a.addressed[hashed] = asset{name: name, hash: hash, content: content}
	a.addressed[name] = a.addressed[hashed]
}

// FS is the folder that the files were read from.
func (a *Assets) FS() fs.FS {
	return a.files
}

// URL is the address of a file, such as app.css, for a page. Of a file that is not there it is the plain name, which
// answers that it is not found.
func (a *Assets) URL(name string) string {
	if url, ok := a.urls[name]; ok {
		return url
	}
	return Prefix + name
}

// Check says what to do if the files are not built. The server logs it at start: the pages work without them, but no
// one should have to look at them so.
func (a *Assets) Check() error {
	for _, name := range []string{"app.css", "app.js"} {
		if _, ok := a.urls[name]; !ok {
			return errors.New("the styles and scripts of the pages are not built: run `npm ci && npm run build` " +
				"in the top folder of the repository, then build the program again")
		}
	}
	return nil
}

// ServeHTTP sends a file. What has the hash in its address never changes; what has not is asked for again after an hour.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	address, found := strings.CutPrefix(r.URL.Path, Prefix)
	file, ok := a.addressed[address]
	if !found || !ok {
		http.Error(w, "There is no such style, script or picture.", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This can only be read.", http.StatusMethodNotAllowed)
		return
	}
	keep := "public, max-age=3600"
	if address != file.name {
		keep = "public, max-age=31536000, immutable"
	}
	h := w.Header()
	h.Set("Cache-Control", keep)
	h.Set("ETag", `"`+file.hash+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", contentType(file.name))
	http.ServeContent(w, r, file.name, time.Time{}, bytes.NewReader(file.content))
}

// contentType is the media type of a file. It is not left to the machine, whose own list may lack what pages need.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".webmanifest":
		return "application/manifest+json"
	}
	return "application/octet-stream"
}
