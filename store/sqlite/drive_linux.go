package sqlite

import "syscall"

// networkDrive names the network file system that a folder is on. Their locks and writes are not what SQLite needs.
func networkDrive(folder string) (name string, yes bool) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return "", false // whatever is wrong shows when the file is opened
	}
	name, yes = networkFileSystems[uint32(st.Type)]
	return name, yes
}

// FreeSpace tells how many bytes this user may still write on a folder's disk; known is false where it cannot be told.
func FreeSpace(folder string) (bytes int64, known bool) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail) * int64(st.Bsize), true
}

// networkFileSystems are the magic numbers of statfs(2).
var networkFileSystems = map[uint32]string{
	0x6969:     "NFS",
	0x517b:     "SMB",
	0xff534d42: "CIFS",
	0xfe534d42: "SMB",
	0x564c:     "NCP",
	0x5346414f: "AFS",
	0x6b414653: "AFS",
	0x73757245: "Coda",
	0x00c36400: "Ceph",
	0x0bd00bd0: "Lustre",
	0x01021997: "9P",
}
