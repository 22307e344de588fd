namespace Gateway.DicomMail.Transport.Pickup;

/// <summary>The mails of an address in a pickup directory, oldest first.</summary>
public sealed class PickupMailbox : IMailbox
{
    private const int BufferBytes = 131_072;

    private readonly string folder;

    /// <summary>The mailbox; its folder need not be there yet.</summary>
    /// <param name="folder">The pickup directory.</param>
    /// <param name="address">The address.</param>
    /// <exception cref="ArgumentException">The address is none that a folder may be named after.</exception>
    public PickupMailbox(string folder, string address)
    {
        this.folder = PickupFolder.Of(folder, address) ?? throw new ArgumentException("The address is none that a folder may be named after.", nameof(address));
        Name = this.folder;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Host => null;

    /// <inheritdoc/>
    public async Task<int> PollAsync(Func<WaitingMail, CancellationToken, Task> keep, CancellationToken cancellation)
    {
        var files = Try(() => Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles("*" + PickupFolder.Whole) : []);
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            await keep(new(Name, Path.GetFileNameWithoutExtension(file.Name), file.Length, (target, cancel) => CopyAsync(file, target, cancel)), cancellation);
            Try(() =>
            {
                file.Delete();
                return file;
            });
        }

        return files.Length;
    }

    private static T Try<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MailboxException("the pickup directory cannot be read, or a mail in it not be removed", e);
        }
    }

    private static async Task CopyAsync(FileInfo file, Stream target, CancellationToken cancellation)
    {
        await using var mail = file.OpenRead();
        await mail.CopyToAsync(target, BufferBytes, cancellation);
    }
}
