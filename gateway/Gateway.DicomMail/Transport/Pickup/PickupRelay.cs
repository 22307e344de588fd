using System.Globalization;

namespace Gateway.DicomMail.Transport.Pickup;

/// <summary>
/// The transport of a rehearsal, and of a site behind a gap: a mail is accepted when it lies in the folder of its recipient, on the device. Names are ours, in the order in which mails
/// were handed over, and say nothing of a mail.
/// </summary>
/// <param name="folder">The pickup directory, which is there.</param>
/// <param name="flushFolder">Returns when the names in a folder are on the device.</param>
/// <param name="time">The clock.</param>
public sealed class PickupRelay(string folder, Action<string> flushFolder, TimeProvider time) : IMailRelay
{
    private const int BufferBytes = 131_072;

    /// <inheritdoc/>
    public async Task<RelayAnswer> SendAsync(Envelope envelope, string path, CancellationToken cancellation)
    {
        if (PickupFolder.Of(folder, envelope.Recipient) is not { } target)
            return new RelayAnswer.Refused(folder, "the recipient's address is none that a folder may be named after");
        await using var message = new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0 });
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture);
        try
        {
            if (!Directory.Exists(target))
            {
                Directory.CreateDirectory(target);
                flushFolder(folder);
            }

            await LayDownAsync(message, Path.Combine(target, id), cancellation);
            flushFolder(target);
            return new RelayAnswer.Accepted(folder, id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new RelayAnswer.Deferred($"the pickup directory cannot be written: {e.GetType().Name}");
        }
    }

    private static async Task LayDownAsync(FileStream message, string name, CancellationToken cancellation)
    {
        var unfinished = name + PickupFolder.Unfinished;
        try
        {
            await using (var copy = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                await message.CopyToAsync(copy, BufferBytes, cancellation);
                await copy.FlushAsync(cancellation);
                RandomAccess.FlushToDisk(copy.SafeFileHandle);
            }

            File.Move(unfinished, name + PickupFolder.Whole);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
