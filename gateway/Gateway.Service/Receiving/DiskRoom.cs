using Gateway.Dicom.Identifiers;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;

namespace Gateway.Service.Receiving;

/// <summary>
/// Whether the disk has room for an image, so that it is refused before the disk is full and in words that the PACS understands. A
/// reserve is kept for emergencies; below the floor nothing is taken. The volume is asked once a second at most.
/// </summary>
internal sealed partial class DiskRoom(Spool spool, DiskLimits limits, UrgencyTitles titles, ServiceCondition condition, TimeProvider time, ILogger<DiskRoom> log)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock turn = new();
    private long freeBytes = long.MaxValue;
    private long askedAt;
    private bool wasAsked;
    private bool isShort;

    /// <summary>The free bytes of the spool's volume; 0 where it is gone.</summary>
    public long FreeBytes
    {
        get
        {
            lock (turn)
            {
                if (!wasAsked || time.GetElapsedTime(askedAt) >= Freshness)
                {
                    (freeBytes, askedAt, wasAsked) = (Ask(), time.GetTimestamp(), true);
                    Tell();
                }

                return freeBytes;
            }
        }
    }

    /// <summary>Whether there is room for what is sent to an AE title.</summary>
    public bool IsFor(AeTitle called) => FreeBytes >= (called == titles.Emergency ? limits.Floor : limits.EmergencyReserve);

    private long Ask()
    {
        try
        {
            return spool.FreeBytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            condition.Degrade(); // the volume of the spool is gone
            return 0;
        }
    }

    private void Tell()
    {
        if (isShort == freeBytes < limits.EmergencyReserve)
            return;
        isShort = !isShort;
        if (isShort)
            LogShort(freeBytes, limits.EmergencyReserve);
        else
            LogRoomAgain(freeBytes);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The disk has {Free} bytes left, less than the reserve of {Reserve}: nothing but emergencies is taken")]
    private partial void LogShort(long free, long reserve);

    [LoggerMessage(Level = LogLevel.Information, Message = "The disk has {Free} bytes left again: everything is taken")]
    private partial void LogRoomAgain(long free);
}
