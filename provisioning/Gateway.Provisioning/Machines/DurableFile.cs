namespace Gateway.Provisioning.Machines;

/// <summary>Writes a file so that a power loss leaves the old one or the new one, never half of either.</summary>
internal static class DurableFile
{
    /// <summary>Writes to a temporary file beside it, flushes that to the device, and renames it into place.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            // A full disk leaves no half of a file behind.
            File.Delete(temporary);
            throw;
        }
    }
}
