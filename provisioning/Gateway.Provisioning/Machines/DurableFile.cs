using System.Diagnostics;

namespace Gateway.Provisioning.Machines;

/// <summary>Writes a file so that a power loss leaves the old one or the new one, never half of either.</summary>
internal static class DurableFile
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

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

            Replace(temporary, path);
        }
        catch
        {
            // A full disk leaves no half of a file behind.
            File.Delete(temporary);
            throw;
        }
    }

    // Windows replaces no file that somebody reads at the moment: gwctl status, the service on its look, a scanner.
    private static void Replace(string temporary, string path)
    {
        for (var waited = Stopwatch.StartNew(); ; Thread.Sleep(Pause))
        {
            try
            {
                File.Move(temporary, path, overwrite: true);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && OperatingSystem.IsWindows() && waited.Elapsed < Patience)
            {
                // Once more.
            }
        }
    }
}
