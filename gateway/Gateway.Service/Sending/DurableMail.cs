using Gateway.Service.Spooling;

namespace Gateway.Service.Sending;

/// <summary>Writes a mail so that it is on the device, whole, under its name, or not there at all.</summary>
internal static class DurableMail
{
    /// <summary>Writes one; an older one of the same name is replaced.</summary>
    /// <param name="path">Where.</param>
    /// <param name="write">Writes its content.</param>
    /// <returns>Its length in bytes.</returns>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public static long Write(string path, Action<Stream> write)
    {
        var unfinished = path + Spool.Unfinished;
        try
        {
            long bytes;
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 256 * 1024))
            {
                write(file);
                file.Flush();
                DurableFiles.FlushData(file.SafeFileHandle);
                bytes = file.Length;
            }

            File.Move(unfinished, path, overwrite: true);
            DurableFiles.FlushFolder(Path.GetDirectoryName(path)!);
            return bytes;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
