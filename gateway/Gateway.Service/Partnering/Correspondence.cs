using Gateway.DicomMail.Partners;
using Gateway.Service.Health;

namespace Gateway.Service.Partnering;

/// <summary>
/// The keys and partners as they are now: read again once a file has changed, so that a key that a person accepts is used at once. Keys or a directory that
/// cannot be read leave those that were read before, and are told.
/// </summary>
internal sealed partial class Correspondence(CorrespondentsFolders folders, ServiceCondition condition, ILogger<Correspondence> log)
{
    private readonly Lock turn = new();
    private Correspondents current = Correspondents.Nobody;
    private CorrespondentsException? problem;
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

    /// <summary>Why keys or directory cannot be used as they lie there; null where they can.</summary>
    public CorrespondentsException? Problem
    {
        get
        {
            lock (turn)
            {
                ReadWhereChanged();
                return problem;
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
            problem = null;
            var ring = folders.ReadKeys();
            current = current with { Ring = ring, Turns = folders.ReadTurns(ring) };
            current = current with { Directory = folders.ReadDirectory(current.Ring) };
        }
        catch (CorrespondentsException failure)
        {
            problem = failure;
            LogUnusable(failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            condition.Degrade();
            LogUnusable(failure.Message);
        }

        condition.PartnersProblem = problem?.Message;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Keys and partners cannot be read anew; those that were read before are used: {Reason}")]
    private partial void LogUnusable(string reason);
}
