package installation

// WantsFile is what keeps a file from being swept away.
var WantsFile = (*Installation).wantsFile
