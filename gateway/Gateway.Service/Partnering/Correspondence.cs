using Gateway.DicomMail.Partners;
using Gateway.Service.Health;

namespace Gateway.Service.Partnering;

/// <summary>
/// The keys and partners as they are now: read again once a file has changed, so that a key that a person accepts is used at once. What
/// cannot be read leaves what was read before, and is told.
/// </summary>
internal sealed partial class Correspondence(CorrespondentsFolders folders, ServiceCondition condition, ILogger<Correspondence> log)
{
    private readonly Lock turn = new();
    private Correspondents current = Correspondents.Nobody;
    private string? stamp;

    /// <summary>The keys and partners.</summary>
    public Correspondents Now
    {
        get
        {
            lock (turn)
            {
                ReadWhereChanged();
                return current;
            }
        }
    }

    private void ReadWhereChanged()
    {
        try
        {
            var found = folders.Stamp();
            if (found == stamp)
                return;
            stamp = found;
            current = folders.Read();
        }
        catch (Exception failure) when (failure is CorrespondentsException or IOException or UnauthorizedAccessException)
        {
            condition.Degrade();
            LogUnusable(failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Keys and partners cannot be read anew; those that were read before are used: {Reason}")]
    private partial void LogUnusable(string reason);
}
