using Gateway.Dicom.Part10;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Spooling;

namespace Gateway.Service.Receiving;

/// <summary>What became of a received object.</summary>
internal enum Intake
{
    /// <summary>The spool has it, and had no version of its instance.</summary>
    New,

    /// <summary>The spool has it, beside another version of its instance.</summary>
    NewVersion,

    /// <summary>The spool had it: it goes where it was never to go.</summary>
    Again,

    /// <summary>The spool had it, and was just removing it: it has to come once more.</summary>
    Going,

    /// <summary>It was laid aside: another image has its UID.</summary>
    OtherPixels,
}

/// <summary>Takes received objects into the spool, by whichever way they came: the same rules for a UID that is known, the same promise about when it is on the device.</summary>
internal sealed class SpoolIntake(Spool spool, KnownInstances known, Arrivals arrivals, ServiceCounts counts)
{
    /// <summary>Takes one in, and returns when it is on the device.</summary>
    /// <param name="received">The object, whose bytes are there and checked.</param>
    /// <param name="meta">What stands before its data set; it names who sent it, and to whom.</param>
    /// <param name="image">What stands in its header.</param>
    /// <param name="cancellation">Ends a comparison.</param>
    /// <returns>What became of it, and the object of the spool that it is; with other pixels, that it contradicts.</returns>
    /// <exception cref="DamagedObjectException">Other bytes lie under its name.</exception>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public (Intake What, SpoolName Name) Take(IncomingObject received, FileMetaInformation meta, ImageAttributes image, CancellationToken cancellation)
    {
        lock (known.TurnOf(received.Name))
        {
            var isKnown = known.Has(received.Name);
            if (isKnown && !spool.Has(received.Name))
            {
                received.Show(); // not sealed yet: a start puts into place whatever bears a seal
                var (what, of) = SameInstance.Judge(received, spool, cancellation);
                if (what == Sameness.Same)
                    return Again(of!.Value, meta, image);
                if (what == Sameness.OtherPixels)
                {
                    arrivals.Quarantine(spool.Quarantine(received), of!.Value, meta.SourceAeTitle);
                    counts.AddQuarantined();
                    return (Intake.OtherPixels, of.Value);
                }
            }

            received.Settle();
            if (spool.Place(received) == Placement.Duplicate)
                return Again(received.Name, meta, image);
            counts.AddReceived(received.DataSetBytes);
            arrivals.Take(received.Name, meta, image, received.DataSetBytes);
            return (isKnown ? Intake.NewVersion : Intake.New, received.Name);
        }
    }

    private (Intake What, SpoolName Name) Again(SpoolName name, FileMetaInformation meta, ImageAttributes image)
    {
        counts.AddDuplicate();
        arrivals.TakeAgain(name, meta, image);
        return (spool.Has(name) ? Intake.Again : Intake.Going, name);
    }
}
